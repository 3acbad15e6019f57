/**
 * Batch normalisation (Ioffe & Szegedy 2015) on TensorFlow's own fused kernels, forward and backward: tfjs builds the
 * training pass from a dozen small operations instead, eight to twenty times slower.
 */
import {
  customGrad,
  serialization,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import { initializers, layers } from '@tensorflow/tfjs-layers'
import { runKernel } from '../train/native.ts'

const MOMENTUM = 0.9 // of the moving statistics; Keras' 0.99 lags behind in runs of a few thousand steps
const EPSILON = 1e-3

type LayerVariable = ReturnType<layers.Layer['addWeight']>

const SETTINGS = { T: 'float32', U: 'float32', epsilon: EPSILON, data_format: 'NHWC', is_training: true }

/** Normalises by the statistics of the batch; gives those to `observe`, the variance with Bessel's correction. */
function normalise(
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  observe: (mean: Tensor1D, variance: Tensor1D) => void,
): Tensor4D {
  return customGrad((...args: unknown[]) => {
    const [input, scale, offset, save] = args as [Tensor4D, Tensor1D, Tensor1D, (tensors: Tensor[]) => void]
    const nothing = scale.slice(0, 0)
    const [y, mean, variance, ...reserved] = runKernel(
      'FusedBatchNormV3',
      [input, scale, offset, nothing, nothing],
      6,
      SETTINGS,
    )
    observe(mean as Tensor1D, variance as Tensor1D)
    save([input, scale, ...reserved])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      runKernel('FusedBatchNormGradV3', [dy, ...saved], 5, SETTINGS).slice(0, 3)
    return { value: y, gradFunc }
  })(x, gamma, beta) as Tensor4D
}

export class FusedBatchNormalization extends layers.Layer {
  static className = 'FusedBatchNormalization'
  #gamma!: LayerVariable
  #beta!: LayerVariable
  #mean!: LayerVariable
  #variance!: LayerVariable

  override build(inputShape: number[]): void {
    const channels = [inputShape[inputShape.length - 1]]
    this.#gamma = this.addWeight('gamma', channels, 'float32', initializers.ones())
    this.#beta = this.addWeight('beta', channels, 'float32', initializers.zeros())
    this.#mean = this.addWeight('moving_mean', channels, 'float32', initializers.zeros(), undefined, false)
    this.#variance = this.addWeight(
      'moving_variance',
      channels,
      'float32',
      initializers.ones(),
      undefined,
      false,
    )
    this.built = true
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean }): Tensor {
    return tidy(() => {
      const input = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor4D
      const [gamma, beta, mean, variance] = [this.#gamma, this.#beta, this.#mean, this.#variance].map(
        (v) => v.read() as Tensor1D,
      )
      if (!training) {
        const scale = gamma.div(variance.add(EPSILON).sqrt())
        return input.mul(scale).add(beta.sub(mean.mul(scale)))
      }
      return normalise(input, gamma, beta, (batchMean, batchVariance) => {
        this.#mean.write(blend(mean, batchMean))
        this.#variance.write(blend(variance, batchVariance))
      })
    })
  }

  /** The exporter folds this layer by these two, as it does Keras' own. */
  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: EPSILON, scale: true, center: true }
  }
}

const blend = (old: Tensor1D, fresh: Tensor1D): Tensor1D => old.mul(MOMENTUM).add(fresh.mul(1 - MOMENTUM))

serialization.registerClass(FusedBatchNormalization as never)
