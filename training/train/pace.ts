/** How fast this machine trains a network, measured on a copy that is thrown away before the training begins. */
import type { Size } from '@zoidberg/core/image.ts'
import type { Selection } from '../dataset/dataset.ts'
import type { NetworkDefinition } from '../networks/definition.ts'
import { useNativeReluGradients } from '../networks/native-kernels.ts'
import type { Recipe } from '../networks/recipe.ts'
import type { Batch, Batches } from './batches.ts'
import type { Pace } from './estimate.ts'
import { createMovingAverage } from './moving-average.ts'
import { createOptimizer } from './optimizers.ts'
import { planTraining } from './plan.ts'
import { logitsOf } from './step.ts'
import { createStepper } from './stepper.ts'

/**
 * The first steps find kernels chosen for the first time, and batches that were made ahead while nothing was computed.
 */
const WARM_UP = { steps: 5, seconds: 0.8 }
const MEASURED = { steps: 10, seconds: 1.2 }
/**
 * Seconds: a warm-up that took longer is measurement enough, so that a slow machine is not kept waiting for its
 * estimate.
 */
const LONG = 2
/** Of a step: forward, and backward through the inputs and through the weights cost about the same. */
const FORWARD_SHARE = 1 / 3

type Config = Recipe & { definition: NetworkDefinition; size: Size; labels: string[]; seed: number }

/**
 * Trains a copy for a few steps. Nothing of it reaches the training that follows: the copy has weights, an optimizer and
 * batches of its own, and what is drawn follows from seeds, not from what was drawn before.
 *
 * @param config what the training will have
 * @param selection at least one sample of each class
 * @returns the pace, and the number of the network's parameters
 * @throws UsageError of settings that do not fit the network, as the training itself would
 */
export async function measurePace(
  { definition, hyperparameters, settings, size, labels, seed }: Config,
  selection: Selection,
): Promise<{ pace: Pace; parameters: number }> {
  const model = definition.build({ hyperparameters, size, classes: labels.length, seed })
  const parameters = model.countParams()
  const { batches, classWeights } = planTraining(model, selection, { labels, settings, seed })
  const optimizer = createOptimizer(settings.optimizer, settings.learningRate)
  useNativeReluGradients()
  const average = settings.ema > 0 ? createMovingAverage(model, settings.ema) : undefined
  const stepper = createStepper({ model: logitsOf(model), optimizer, settings, classWeights, average })
  let step = 0
  const endless = endlessly(batches)

  /** Seconds for an image over some steps. The clock starts when the first batch is there. */
  async function secondsPerImage(
    halfSize: boolean,
    limit: typeof WARM_UP,
  ): Promise<[number, seconds: number]> {
    let { value: batch } = (await endless.next()) as { value: Batch }
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1000
    for (let [steps, images] = [1, 0]; ; steps++) {
      const { learningRate: rate } = settings
      stepper.take(batch, { rate, step: ++step, halfSize })
      images += batch.labels.length
      if (steps === limit.steps || seconds() > limit.seconds) return [seconds() / images, seconds()]
      batch = ((await endless.next()) as { value: Batch }).value
    }
  }
  async function measure(halfSize: boolean): Promise<number> {
    const [first, seconds] = await secondsPerImage(halfSize, WARM_UP)
    return seconds > LONG ? first : (await secondsPerImage(halfSize, MEASURED))[0]
  }

  try {
    const full = await measure(false)
    const half = settings.halfSize > 0 ? await measure(true) : full
    return { pace: { full, half, forward: FORWARD_SHARE * full }, parameters }
  } finally {
    await batches.close()
    stepper.dispose()
    optimizer.dispose()
    average?.dispose()
    model.dispose()
  }
}

/** One epoch after the other: few images make few batches. */
async function* endlessly(batches: Batches): AsyncGenerator<Batch, never> {
  for (let epoch = 1; ; epoch++) yield* batches.epoch(epoch)
}
