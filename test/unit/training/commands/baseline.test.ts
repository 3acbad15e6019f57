import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadClassifier } from '@zoidberg/training/classical/serialization.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const cli = join(import.meta.dirname, '../../../../training/cli.ts')
let root: string
const zoidberg = (...args: string[]) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(root, 'cache') },
  })
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-baseline-'))
  await writePhantoms(join(root, 'data'), { count: 150, seed: 3, size: { width: 48, height: 48 } })
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
    expect(zoidberg('publish', join(run, 'knn')).stderr).toMatch(/no finished run/)
    const compared = zoidberg('compare', join(run, 'knn'), join(run, 'svc'), '--out', join(root, 'compared'))
    expect(compared.stdout).toMatch(/knn .+\nsvc /)
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
