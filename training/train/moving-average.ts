import { tidy, variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Exponential moving average of a model's weights (Polyak & Juditsky 1992), quick at first; stays in the engine. */
export function createAverage(model: LayersModel, limit: number) {
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
