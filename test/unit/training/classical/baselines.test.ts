import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadTensors } from '@zoidberg/core/engines/tfjs.ts'
import { runBaselines } from '@zoidberg/training/classical/baselines.ts'
import { algorithmNamed } from '@zoidberg/training/classical/index.ts'
import { type Dataset, loadDataset } from '@zoidberg/training/dataset/dataset.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { createRun } from '@zoidberg/training/run/folder.ts'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

let root: string
let dataset: Dataset
beforeAll(async () => {
  await loadTensors()
  root = await mkdtemp(join(tmpdir(), 'zoidberg-baselines-'))
  process.env.XDG_CACHE_HOME = join(root, 'cache')
  await writePhantoms(join(root, 'data'), { count: 60, seed: 3, size: { width: 24, height: 24 } })
  dataset = await loadDataset(join(root, 'data'), { width: 16, height: 16 })
})
afterAll(async () => {
  dataset.close()
  await rm(root, { recursive: true })
})

it('tells what it does by events and prints nothing', async () => {
  const printed = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write'))
  const told: unknown[] = []
  await createRun(join(root, 'run'))
  await runBaselines(join(root, 'run'), dataset, {
    algorithms: [algorithmNamed('knn')],
    folds: 2,
    splitter: 'grouped',
    grid: true,
    seed: 1,
    onAlgorithm: (name, done, total) => void told.push(['algorithm', name, done, total]),
    onFits: ({ name, series }, done, total) => {
      if (done === 0 || done === total) told.push([series, name, done, total])
    },
    onGrid: (name, { candidates }) => told.push(['best', name, candidates.length]),
    onFit: (name, samples) => told.push(['fit', name, samples]),
  })
  expect(told).toEqual([
    ['algorithm', 'knn', 0, 1],
    ['grid', 'knn', 0, 50],
    ['grid', 'knn', 50, 50],
    ['best', 'knn', 10],
    ['folds', 'knn', 0, 2],
    ['folds', 'knn', 2, 2],
    ['fit', 'knn', dataset.samples.filter(({ part }) => part === 'train').length],
  ])
  for (const stream of printed) expect(stream).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})
