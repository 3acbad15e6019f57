/** The average of a network's weights over the steps of its training. */
import { tidy, variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * Begins an exponential moving average of a model's weights (Polyak & Juditsky 1992), quick at first; it stays in the engine.
 *
 * @param limit the decay that is reached in the end, in (0, 1)
 * @returns the averages, one for each weight in the model's order; `follow` takes the weights after a step, counted from 1,
 *   into them; `dispose` frees them
 */
export function createMovingAverage(model: LayersModel, limit: number) {
  const weights = () => model.weights.map((weight) => weight.read())
  const averages = weights().map((weight) => variable(weight, false))
  return {
    averages,
    follow: (step: number) =>
      tidy(() => {
        const keep = Math.min(limit, (1 + step) / (10 + step))
        weights().forEach((weight, i) => averages[i].assign(averages[i].mul(keep).add(weight.mul(1 - keep))))
      }),
    dispose: () => averages.forEach((average) => average.dispose()),
  }
}
