/**
 * Batch normalisation (Ioffe & Szegedy 2015) on TensorFlow's own fused kernels, forward and backward: tfjs builds the
 * training pass from a dozen small operations instead, eight to twenty times slower.
 */
import { backend, customGrad, serialization, type Tensor, type Tensor1D, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { initializers, layers } from '@tensorflow/tfjs-layers'

const MOMENTUM = 0.9 // of the moving statistics; Keras' 0.99 lags behind in runs of a few thousand steps
const EPSILON = 1e-3

type LayerVariable = ReturnType<layers.Layer['addWeight']>

/** What tfjs-node's backend offers beyond the backend interface: any TensorFlow kernel by name. */
type NativeBackend = {
  binding: { TF_ATTR_FLOAT: number; TF_ATTR_BOOL: number; TF_ATTR_STRING: number; TF_ATTR_TYPE: number; TF_FLOAT: number }
  executeMultipleOutputs(name: string, attributes: object[], inputs: Tensor[], outputs: number): Tensor[]
}

function execute(kernel: 'FusedBatchNormV3' | 'FusedBatchNormGradV3', inputs: Tensor[], outputs: number): Tensor[] {
  const native = backend() as unknown as NativeBackend
  if (!native.executeMultipleOutputs) throw new Error('training batch normalisation needs native TensorFlow')
  const { binding } = native
  const attributes = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: EPSILON },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ]
  return native.executeMultipleOutputs(kernel, attributes, inputs, outputs)
}

/** Normalises by the statistics of the batch; gives those to `observe`, the variance with Bessel's correction. */
function normalise(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, observe: (mean: Tensor1D, variance: Tensor1D) => void): Tensor4D {
  return customGrad((...args: unknown[]) => {
    const [input, scale, offset, save] = args as [Tensor4D, Tensor1D, Tensor1D, (tensors: Tensor[]) => void]
    const nothing = scale.slice(0, 0)
    const [y, mean, variance, ...reserved] = execute('FusedBatchNormV3', [input, scale, offset, nothing, nothing], 6)
    observe(mean as Tensor1D, variance as Tensor1D)
    save([input, scale, ...reserved])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => execute('FusedBatchNormGradV3', [dy, ...saved], 5).slice(0, 3)
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
    this.#variance = this.addWeight('moving_variance', channels, 'float32', initializers.ones(), undefined, false)
    this.built = true
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean }): Tensor {
    return tidy(() => {
      const input = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor4D
      const [gamma, beta, mean, variance] = [this.#gamma, this.#beta, this.#mean, this.#variance].map((v) => v.read() as Tensor1D)
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
