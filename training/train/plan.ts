/** What training settings make of samples: the batches of an epoch and the weights of the classes. */
import { TASKS, type Task } from '@zoidberg/core/labels.ts'
import { classIndex, type Dataset, type Sample } from '../dataset/dataset.ts'
import type { TrainingSettings } from '../models/definition.ts'
import { type Batches, createBatches } from './batches.ts'

/** @returns batches to be closed by the caller; class weights only where the settings balance by them */
export function planTraining(
  dataset: Dataset,
  samples: Sample[],
  task: Task,
  settings: TrainingSettings,
  seed: number,
): { batches: Batches; classWeights?: number[] } {
  const labels = samples.map((sample) => classIndex(sample, task))
  const batches = createBatches({
    path: dataset.pixelsPath,
    size: dataset.size,
    rows: samples.map(({ row }) => row),
    labels,
    batchSize: settings.batchSize,
    balance: settings.balance === 'sampling',
    augmentation: settings.augmentation,
    seed,
  })
  if (settings.balance !== 'weights') return { batches }
  const counts = TASKS[task].map((_, k) => labels.filter((label) => label === k).length)
  return { batches, classWeights: counts.map((count) => labels.length / (counts.length * count)) }
}
