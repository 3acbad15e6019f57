/** The average of a network's weights over the steps of its training. */
import { tidy, variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export type MovingAverage = ReturnType<typeof createMovingAverage>

/**
 * Begins an exponential moving average of a model's weights (Polyak & Juditsky 1992), quick at first; it stays in the engine.
 *
 * @param limit the decay that is reached in the end, in (0, 1)
 * @returns the averages, one for each weight in the model's order; `keptAt` is the share of them that a step, counted from 1,
 *   leaves; `follow` takes a share of the weights into them; `dispose` frees them
 */
export function createMovingAverage(model: LayersModel, limit: number) {
  const weights = () => model.weights.map((weight) => weight.read())
  const averages = weights().map((weight) => variable(weight, false))
  return {
    averages,
    keptAt: (step: number): number => Math.min(limit, (1 + step) / (10 + step)),
    follow(kept: number, taken: number): void {
      tidy(() => {
        weights().forEach((weight, i) => averages[i].assign(averages[i].mul(kept).add(weight.mul(taken))))
      })
    },
    dispose: () => averages.forEach((average) => average.dispose()),
  }
}
