/** Dropout whose masks follow from the seed and the training step, so that a resumed run draws the same ones. */
import { type Scalar, scalar, serialization, stack, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { runKernel } from './native-kernels.ts'

/** The step that the training is at, an int32 scalar; one training runs per process. */
export const dropoutClock: { tensor: Tensor } = { tensor: undefined as never }

/** Seeds are whole numbers of 32 bits for the kernel. */
const SEEDS = 2 ** 31

/** Dropout as a layer of a network; at inference nothing is dropped. */
export class SeededDropout extends layers.Layer {
  static className = 'SeededDropout'
  readonly #rate: number
  readonly #seed: number

  constructor({ rate, seed, ...config }: { rate: number; seed: number }) {
    super(config)
    this.#rate = rate
    this.#seed = seed
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean }): Tensor {
    const [input] = Array.isArray(inputs) ? inputs : [inputs]
    if (!training || this.#rate === 0) return input.clone()
    const kept = 1 - this.#rate
    return input.mul(this.#draw(input.shape).less(kept).toFloat().div(kept))
  }

  /** Uniform numbers in [0, 1). The seed is a tensor, not an attribute, so that a graph can be given another one each step. */
  #draw(shape: number[]): Tensor {
    const seed = stack([scalar(this.#seed % SEEDS, 'int32'), dropoutClock.tensor as Scalar])
    const [numbers] = runKernel('StatelessRandomUniform', [tensor1d(shape, 'int32'), seed], {
      outputs: 1,
      attributes: { dtype: 'float32', T: 'int32', Tseed: 'int32' },
    })
    return numbers
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed }
  }
}

serialization.registerClass(SeededDropout as never)
