/** Initial weights that depend on the run's seed alone, a stream of its own for each layer. */
import { initializers } from '@tensorflow/tfjs-layers'

/**
 * Seeds the layers of a network one after the other.
 *
 * @param seed of the run
 * @returns what makes the next layer's initializer, or the seed of its dropout masks
 */
export function seeds(seed: number) {
  let layer = 0
  const next = () => seed * 1009 + ++layer
  return {
    /** Glorot & Bengio (2010), Keras' default. */
    glorot: () => initializers.glorotUniform({ seed: next() }),
    /** He et al. (2015), for ReLU networks. */
    he: () => initializers.heNormal({ seed: next() }),
    dropout: next,
  }
}
