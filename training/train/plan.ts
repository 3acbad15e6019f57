/** What training settings make of samples: the batches of an epoch and the weights of the classes. */
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TASKS, type Task } from '@zoidberg/core/contract/labels.ts'
import { ratePercent } from '@zoidberg/core/contract/percent.ts'
import { classIndex, type Dataset, type Sample } from '../dataset/dataset.ts'
import { lungTemplate } from '../dataset/lungs.ts'
import { UsageError } from '../errors.ts'
import type { TrainingSettings } from '../models/definition.ts'
import { type Batches, createBatches } from './batches.ts'
import type { Guide } from './lungs.ts'

/** @returns batches to be closed by the caller; class weights only where the settings balance by them */
export function planTraining(
  model: LayersModel,
  dataset: Dataset,
  samples: Sample[],
  task: Task,
  settings: TrainingSettings,
  seed: number,
): { batches: Batches; classWeights?: number[] } {
  if (settings.halfSize > 0 && !hasMap(model))
    throw new UsageError(
      'halfSize is for networks with an activation map: dense layers take images of one size only.',
    )
  if (settings.hiddenLungs > 0 && !hasMap(model))
    throw new UsageError('hiddenLungs is for networks with an activation map, whose cells are hidden.')
  const labels = samples.map((sample) => classIndex(sample, task))
  const batches = createBatches({
    file: dataset.pixelsFile,
    size: dataset.size,
    rows: samples.map(({ row }) => row),
    labels,
    batchSize: settings.batchSize,
    balance: settings.balance === 'sampling',
    augmentation: settings.augmentation,
    seed,
    guide: guideOf(model, dataset, samples, settings),
  })
  if (settings.balance !== 'weights') return { batches }
  const counts = TASKS[task].map((_, k) => labels.filter((label) => label === k).length)
  return {
    batches,
    classWeights: counts.map((count) => (count > 0 ? labels.length / (counts.length * count) : 0)),
  }
}

/** Of the image; 18 % of the children's X-rays that the template was made on. */
const LUNG_SHARE = { least: 0.03, most: 0.6 }

/** Undefined where nothing follows lungs, and for a network without an activation map, which there is nothing to guide in. */
function guideOf(
  model: LayersModel,
  dataset: Dataset,
  samples: Sample[],
  { guidance, hiddenLungs }: TrainingSettings,
): Guide | undefined {
  if (!hasMap(model) || (guidance === 0 && hiddenLungs === 0)) return undefined
  const [, height, width] = model.outputs[1].shape as number[]
  const normals = samples.filter(({ label }) => label === 'NORMAL')
  const lungs = lungTemplate(dataset, normals)
  const share = lungs.reduce((a, b) => a + b, 0) / lungs.length
  if (share < LUNG_SHARE.least || share > LUNG_SHARE.most)
    throw new UsageError(
      `the mean of the normal images shows no lungs (${ratePercent(share)} of it); train with --set guidance=0 --set hiddenLungs=0.`,
    )
  return { lungs, map: { height, width }, hidden: hiddenLungs }
}

const hasMap = ({ outputs }: LayersModel): boolean => outputs.length > 1
