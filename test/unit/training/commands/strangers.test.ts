/** Data as strangers have it, from the folder to the answer: five classes as DICOM with a labels file. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '@zoidberg/training/random.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dicomFile } from '../../../../scripts/lib/dicom.ts'
import { startZoidberg } from '../../../support/cli.ts'

const CLASSES = ['No Finding', 'Effusion', 'Nodule', 'Mass', 'Fibrosis']
const SIDE = 32
const PATIENTS = 30

let root: string
const zoidberg = (...args: string[]) => startZoidberg(root, args).ended

/** A bright square on noise, somewhere else for each class; none where nothing is found. */
function film(kind: number, seed: number): Uint16Array {
  const random = createRandom(seed)
  return Uint16Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)]
    const [left, top] = [kind % 2 ? 2 : 20, kind > 2 ? 2 : 20]
    const isInside = kind > 0 && x >= left && x < left + 10 && y >= top && y < top + 10
    return 400 + random.integer(200) + (isInside ? 2500 : 0)
  })
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-strangers-'))
  await mkdir(join(root, 'data/films'), { recursive: true })
  const rows = ['path,label']
  for (let patient = 0; patient < PATIENTS; patient++)
    for (const [kind, label] of CLASSES.entries()) {
      const path = `films/${patient}-${kind}.dcm`
      const values = film(kind, 10 * patient + kind)
      const tags = { '00100020': `patient ${patient}`, '00281050': '1800', '00281051': '3600' }
      await writeFile(
        join(root, 'data', path),
        await dicomFile({ rows: SIDE, columns: SIDE, values, bits: 12, tags }),
      )
      rows.push(`${path},${label}`)
    }
  await writeFile(join(root, 'data/labels.csv'), rows.join('\n'))
})
afterAll(() => rm(root, { recursive: true }))

it('is counted: classes, patients of the headers, and what is passed over', async () => {
  const { out, err } = await zoidberg('data', join(root, 'data'), '--json')
  expect(JSON.parse(out), err).toMatchObject({
    task: 'multi-class',
    negative: 'NO_FINDING',
    images: PATIENTS * CLASSES.length,
    patients: PATIENTS,
    patientsKnown: true,
    ignored: [],
  })
  expect(out).not.toContain('patient 1')
})

it('trains a model of as many classes, which is judged on all of them and answers with their names', async () => {
  const trained = await zoidberg(
    ...[
      'train',
      '--data',
      join(root, 'data'),
      '--out',
      join(root, 'run'),
      '--model',
      'mlp',
      '--task',
      'multi-class',
      '--size',
      '32',
    ],
    ...['--epochs', '12', '--set', 'augmentation=none', '--json'],
  )
  expect(trained.code, trained.err).toBe(0)
  const figures = JSON.parse(trained.out)
  expect(figures.model.labels).toEqual(['NO_FINDING', 'EFFUSION', 'FIBROSIS', 'MASS', 'NODULE'])
  expect(figures.threeClass).toBeNull()
  expect(figures.classes.accuracy).toBeGreaterThan(0.6)
  expect(figures.classes.confusion).toHaveLength(5)
  const manifest = JSON.parse(await readFile(join(root, 'run/manifest.json'), 'utf8'))
  expect(manifest.findings).toMatchObject({ NO_FINDING: 'No finding', MASS: 'Mass' })
  expect(JSON.stringify(manifest)).not.toContain('patient 1')

  const predicted = await zoidberg('predict', '--model', join(root, 'run'), join(root, 'data/films/0-3.dcm'))
  expect(predicted.out).toMatch(/0-3\.dcm: .+ \(abnormal \d+/)
  const evaluated = await zoidberg(
    ...['evaluate', '--model', join(root, 'run'), '--data', join(root, 'data'), '--part', 'validation'],
  )
  expect(evaluated.out).toContain('NO_FINDING against ABNORMAL')
}, 120_000)
