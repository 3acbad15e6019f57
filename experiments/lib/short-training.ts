/** Short trainings of small networks, as `search-table` and `seed-noise` compare them. */
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { labelsOf, loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { resnet } from '@zoidberg/training/networks/resnet.ts'
import type { Values } from '@zoidberg/training/space/space.ts'
import { drawPatients, innerSplit } from '@zoidberg/training/tuning/inner-split.ts'
import { createTrainer } from '@zoidberg/training/tuning/trainer.ts'
import { finishedTrial } from '../../benchmarks/lib/trials.ts'

/** How many images of the training part are drawn; three quarters train, the others score. */
export const IMAGES = 1000
export const EPOCHS = 3
export const SIZE = { height: 64, width: 64 }
const DRAW = 1

/**
 * Loads a data set to train on.
 *
 * @returns its fingerprint, and a training from hyperparameters and a seed to scores by epoch
 */
export async function openShortTraining(directory: string) {
  await loadEngine('native')
  const dataset = await loadDataset(directory, SIZE)
  const split = innerSplit(
    drawPatients(partOf(dataset, 'train'), IMAGES, DRAW),
    labelsOf(dataset, 'three-class'),
  )
  return {
    fingerprint: dataset.fingerprint,
    async train(values: Values, seed: number): Promise<number[]> {
      const trainer = await createTrainer(dataset, split, {
        definition: resnet,
        size: SIZE,
        task: 'three-class',
        objective: 'auc',
        executions: 1,
        seed,
        checkpoints: { load: async () => undefined, save: async () => {} },
      })
      const { curve } = await trainer(finishedTrial({ values, epochs: EPOCHS }, 1, []), async () => true)
      return curve
    },
    close: () => dataset.close(),
  }
}
