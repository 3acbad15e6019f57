/** Dropout whose masks follow from the seed and the training step, so that a resumed run draws the same ones. */
import { dropout, serialization, type Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'

/** Larger ones start over, so that a seed and a step make a whole number that a double holds exactly. */
const SEEDS = 2 ** 36

/** The training step that the process is at; one loop runs per process. */
export const clock = { step: 0 }

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
    return training
      ? dropout(input, this.#rate, undefined, (this.#seed % SEEDS) * 100_003 + clock.step)
      : input.clone()
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed }
  }
}

serialization.registerClass(SeededDropout as never)
