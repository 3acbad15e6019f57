/** Loss and accuracy of a model while it is trained. */
import { type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { toBatch } from '@zoidberg/core/engines/tfjs.ts'
import { classIndex, type Selection } from '../dataset/dataset.ts'
import type { Forward } from './forward.ts'
import { crossEntropy } from './step.ts'

const BATCH = 64
/** Keeps the logarithm of a probability that rounds to 0 finite. */
const SMALLEST_PROBABILITY = 1e-7

/**
 * Asks a model about samples with the weights it has now.
 *
 * @param forward of a model that ends in probabilities
 * @param labels of the model, as `labelsOf` gives them
 * @returns the mean cross-entropy, and the share of samples whose likeliest class is right
 */
export function validateModel(
  forward: Forward,
  { dataset, samples }: Selection,
  labels: readonly string[],
): { loss: number; accuracy: number } {
  let [loss, correct] = [0, 0]
  for (let i = 0; i < samples.length; i += BATCH) {
    const batch = samples.slice(i, i + BATCH)
    tidy(() => {
      const truth = tensor1d(
        batch.map((sample) => classIndex(sample, labels)),
        'int32',
      )
      const [probabilities] = forward.run(toBatch(batch.map(dataset.pixels), dataset.size)) as Tensor2D[]
      const logarithms = probabilities.clipByValue(SMALLEST_PROBABILITY, 1).log() as Tensor2D
      loss += crossEntropy(logarithms, truth).dataSync()[0] * batch.length
      correct += probabilities.argMax(1).equal(truth).sum().dataSync()[0]
    })
  }
  return { loss: loss / samples.length, accuracy: correct / samples.length }
}
