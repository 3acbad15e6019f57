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
import { runKernel } from './native-kernels.ts'

const MOMENTUM = 0.9 // of the moving statistics; Keras' 0.99 lags behind in runs of a few thousand steps
const EPSILON = 1e-3

type LayerVariable = ReturnType<layers.Layer['addWeight']>

const ATTRIBUTES = { T: 'float32', U: 'float32', epsilon: EPSILON, data_format: 'NHWC', is_training: true }

type Parameters = { gamma: Tensor1D; beta: Tensor1D }
type Observe = (mean: Tensor1D, variance: Tensor1D) => void

/** Normalises by the statistics of the batch; gives those to `observe`, the variance with Bessel's correction. */
function normalise(x: Tensor4D, { gamma, beta }: Parameters, observe: Observe): Tensor4D {
  return customGrad((...args: unknown[]) => {
    const [input, scale, offset, save] = args as [Tensor4D, Tensor1D, Tensor1D, (tensors: Tensor[]) => void]
    const nothing = scale.slice(0, 0)
    const [y, mean, variance, ...reserved] = runKernel(
      'FusedBatchNormV3',
      [input, scale, offset, nothing, nothing],
      { outputs: 6, attributes: ATTRIBUTES },
    )
    observe(mean as Tensor1D, variance as Tensor1D)
    save([input, scale, ...reserved])
    // The kernel's outputs are the gradients of x, gamma and beta, then two that are empty in training.
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      runKernel('FusedBatchNormGradV3', [dy, ...saved], { outputs: 5, attributes: ATTRIBUTES }).slice(0, 3)
    return { value: y, gradFunc }
  })(x, gamma, beta) as Tensor4D
}

/**
 * A drop-in for Keras' BatchNormalization on images, `[batch, height, width, channels]`. Weights in Keras' order:
 * gamma, beta, moving mean, moving variance.
 */
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
      return normalise(input, { gamma, beta }, (batchMean, batchVariance) => {
        this.#mean.write(blend(mean, batchMean))
        this.#variance.write(blend(variance, batchVariance))
      })
    })
  }

  /** Keeps what the exporter folds this layer by, as Keras' own layer does. */
  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: EPSILON, scale: true, center: true }
  }
}

const blend = (old: Tensor1D, fresh: Tensor1D): Tensor1D => old.mul(MOMENTUM).add(fresh.mul(1 - MOMENTUM))

serialization.registerClass(FusedBatchNormalization as never)
