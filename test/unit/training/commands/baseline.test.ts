import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadClassifier } from '@zoidberg/training/classical/serialization.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const cli = join(import.meta.dirname, '../../../../training/cli.ts')
const SET = ['--algorithm', 'knn', '--set', 'n_neighbors=7', '--set', 'weights=distance']
let root: string
const zoidberg = (...args: string[]) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(root, 'cache') },
  })
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-baseline-'))
  await writePhantoms(join(root, 'data'), { count: 150, seed: 3, size: { width: 64, height: 64 } })
})
afterAll(() => rm(root, { recursive: true }))

describe('zoidberg baseline', () => {
  it('compares all algorithms and keeps each fitted model, the table, the plots and a page', async () => {
    const run = join(root, 'all')
    const { status, stdout } = zoidberg('baseline', '--data', join(root, 'data'), '--out', run, '--json')
    expect(status).toBe(0)
    const { schema, data, algorithms } = JSON.parse(stdout)
    expect(schema).toBe(1)
    expect(data).toMatchObject({ images: 150, unreadable: [], fingerprint: expect.any(String) })
    expect(algorithms.map(({ name }: { name: string }) => name)).toEqual([
      'linear-svc',
      'knn',
      'svc',
      'xgboost',
      'catboost',
    ])
    for (const row of algorithms) {
      expect(row).toMatchObject({
        test: null,
        cv: null,
        validation: {
          accuracy: expect.any(Number),
          rocAuc: expect.any(Number),
          intervals: expect.anything(),
          weighted: expect.anything(),
        },
        fitSeconds: expect.any(Number),
        predictSeconds: expect.any(Number),
        bytes: expect.any(Number),
      })
      expect((await loadClassifier(join(run, row.name))).parameters).toEqual(row.params)
    }
    const html = await readFile(join(run, 'report/report.html'), 'utf8')
    expect(html).toContain('synthetic phantoms')
    expect(html).toContain('weighted avg')
    expect(zoidberg('publish', join(run, 'knn')).stderr).toMatch(/serves networks only/)
    const compared = zoidberg('compare', join(run, 'knn'), join(run, 'svc'), '--out', join(root, 'compared'))
    expect(compared.stdout).toMatch(/knn .+\nsvc /)
  })

  it('keeps models that are evaluated and asked like networks, and decide as the table says', () => {
    const data = join(root, 'data')
    for (const name of ['linear-svc', 'knn', 'xgboost']) {
      const run = join(root, 'all', name)
      const { validation } = JSON.parse(
        readFileSync(join(root, 'all/baseline.json'), 'utf8'),
      ).algorithms.find((row: { name: string }) => row.name === name)
      const evaluated = zoidberg('evaluate', '--model', run, '--data', data, '--part', 'validation', '--json')
      const figures = JSON.parse(evaluated.stdout)
      expect(figures).toMatchObject({
        accuracy: validation.accuracy,
        sensitivity: validation.sensitivity,
        specificity: validation.specificity,
        data: { seen: { fitted: 0, chosen: figures.data.images } },
      })
      expect(figures.rocAuc).toBeCloseTo(validation.rocAuc, 6)
    }
    const film = join(data, 'NORMAL')
    const asked = zoidberg('predict', film, '--model', join(root, 'all/xgboost'), '--json')
    const { predictions } = JSON.parse(asked.stdout)
    expect(predictions[0]).toMatchObject({
      label: expect.stringMatching(/NORMAL|PNEUMONIA/),
      model: { id: expect.stringMatching(/^xgboost-/) },
    })
    expect(predictions[0].probabilities.NORMAL + predictions[0].probabilities.PNEUMONIA).toBeCloseTo(1, 6)
  })

  it('takes any parameter of one algorithm by the name its library has', () => {
    const out = join(root, 'set')
    const { stdout } = zoidberg('baseline', '--data', join(root, 'data'), '--out', out, '--json', ...SET)
    expect(JSON.parse(stdout).algorithms[0].params).toMatchObject({ n_neighbors: 7, weights: 'distance' })
  })

  it('cross-validates and searches a grid where asked to', async () => {
    const out = join(root, 'knn')
    const options = ['--algorithm', 'knn', '--cv', '3', '--splitter', 'stratified', '--grid', '--json']
    const { stdout, stderr, signal } = zoidberg(
      'baseline',
      '--data',
      join(root, 'data'),
      '--out',
      out,
      ...options,
    )
    expect(signal, stderr).toBeNull()
    const [{ cv, grid, params }] = JSON.parse(stdout).algorithms
    expect(cv).toMatchObject({ splitter: 'stratified', mean: expect.any(Number), std: expect.any(Number) })
    expect(cv.folds).toHaveLength(3)
    expect(grid.candidates).toHaveLength(10)
    expect(params).toMatchObject(grid.best)
    expect(await readFile(join(out, 'report/report.html'), 'utf8')).toContain('Grid of knn')
  })

  it.each([
    [['--algorithm', 'forest'], /no algorithm "forest"; there are linear-svc/],
    [['--cv', '0'], /whole number from 1 on/],
    [['--set', 'C=1'], /--set is for one algorithm/],
    [['--algorithm', 'knn', '--set', 'depth=3'], /knn has no parameter "depth"; there are n_neighbors/],
    [['--algorithm', 'knn', '--set', 'n_neighbors=0'], /knn: n_neighbors/],
    [['--splitter', 'coin'], /Allowed choices are grouped/],
    [['--cv', '500', '--algorithm', 'knn'], /500 folds are more than there are patients/],
  ])('%j is bad usage', (args, message) => {
    const { status, stderr } = zoidberg(
      'baseline',
      '--data',
      join(root, 'data'),
      '--out',
      join(root, 'no'),
      ...args,
    )
    expect(stderr).toMatch(message)
    expect(status).toBe(2)
  })
})
