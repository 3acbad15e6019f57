/** What training settings make of samples: the batches of an epoch and the weights of the classes. */
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { classIndex, type Selection } from '../dataset/dataset.ts'
import { lungTemplate, showsLungs } from '../dataset/lung-template.ts'
import { UsageError } from '../errors.ts'
import type { TrainingSettings } from '../networks/definition.ts'
import { type Batches, createBatches } from './batches.ts'
import type { LungTemplate } from './lungs.ts'

/**
 * Prepares the training of a model on samples.
 *
 * @param samples at least one
 * @param options the classes, the settings, and the seed of order and augmentation
 * @returns batches to be closed by the caller; class weights only where the settings balance by them
 * @throws UsageError if a setting is not for this network, or the images show no lungs where lungs are followed
 */
export function planTraining(
  model: LayersModel,
  { dataset, samples }: Selection,
  {
    labels: classes,
    settings,
    seed,
  }: { labels: readonly string[]; settings: TrainingSettings; seed: number },
): { batches: Batches; classWeights?: number[] } {
  if (settings.halfSize > 0 && !hasMap(model))
    throw new UsageError(
      'halfSize is for networks with an activation map: dense layers take images of one size only.',
    )
  if (settings.hiddenLungs > 0 && !hasMap(model))
    throw new UsageError(
      'hiddenLungs is for networks with an activation map, whose cells are masked where they show lungs.',
    )
  const labels = samples.map((sample) => classIndex(sample, classes))
  const batches = createBatches({
    file: dataset.pixelsFile,
    size: dataset.size,
    rows: samples.map(({ row }) => row),
    labels,
    batchSize: settings.batchSize,
    balance: settings.balance === 'sampling',
    augmentation: settings.augmentation,
    seed,
    lungs: lungsFor(model, { dataset, samples }, settings),
  })
  if (settings.balance !== 'weights') return { batches }
  const counts = classes.map((_, k) => labels.filter((label) => label === k).length)
  return {
    batches,
    classWeights: counts.map((count) => (count > 0 ? labels.length / (counts.length * count) : 0)),
  }
}

/**
 * Undefined where neither attention guidance nor masked lungs are wanted, and for a network without an activation map.
 */
function lungsFor(
  model: LayersModel,
  { dataset, samples }: Selection,
  { guidance, hiddenLungs }: TrainingSettings,
): LungTemplate | undefined {
  if (!hasMap(model) || (guidance === 0 && hiddenLungs === 0)) return undefined
  const [, height, width] = model.outputs[1].shape as number[]
  const normals = samples.filter(({ positive }) => !positive)
  const template = lungTemplate(dataset, normals)
  if (!showsLungs(template, dataset.size))
    throw new UsageError(
      `the mean of the normal images shows no two lungs beside a spine, the right way up; train without attention guidance and masked lungs: --set guidance=0 --set hiddenLungs=0.`,
    )
  return { template, grid: { height, width }, maskedShare: hiddenLungs }
}

const hasMap = ({ outputs }: LayersModel): boolean => outputs.length > 1
