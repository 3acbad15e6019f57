import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { efficientnet } from '@zoidberg/training/networks/efficientnet.ts'
import { startFromOthers } from '@zoidberg/training/run/start-from.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

const SIDE = 160
const SIZE = { height: SIDE, width: SIDE }
const built = (frozenBlocks = 5): LayersModel =>
  efficientnet.build({
    hyperparameters: { ...efficientnet.hyperparameters, frozenBlocks },
    size: SIZE,
    classes: 3,
    seed: 1,
  })

/** Pearson's. */
function correlation(a: tf.Tensor, b: tf.Tensor): number {
  const [x, y] = [a, b].map((t) => t.sub(t.mean()))
  return x.mul(y).sum().div(x.norm().mul(y.norm())).dataSync()[0]
}

describe('efficientnet', () => {
  it('sees in an image what ImageNet said it would: the means of its channels are those that its weights keep', async () => {
    const network = built()
    await startFromOthers(network, efficientnet)
    const names = ['stem_norm', 'block2_project_norm', 'block6_project_norm', 'block10_project_norm']
    const inside = model({
      inputs: network.inputs,
      outputs: names.map((name) => network.getLayer(name).input as SymbolicTensor),
    })
    const images = tf.stack(
      [1, 2, 3, 4].map((seed) => tf.tensor3d(drawPhantom('BACTERIA', seed, SIZE), [SIDE, SIDE, 1])),
    )
    const seen = inside.predict(images) as tf.Tensor[]
    seen.forEach((output, i) => {
      const [, , mean] = network.getLayer(names[i]).getWeights()
      expect(correlation(output.mean([0, 1, 2]), mean), names[i]).toBeGreaterThan(0.8)
    })
  })

  it('leaves the first blocks as they are, the normalisations in them too', () => {
    const trained = (network: LayersModel) => network.trainableWeights.map(({ name }) => name).join()
    expect(trained(built(5))).not.toMatch(/stem|block[0-4]_/)
    expect(trained(built(5))).toMatch(/block5_.*block10_/)
    expect(trained(built(0))).toMatch(/stem.*block0_/)
  })
})
