/** What export writes, translated to ONNX: every operation gives what TensorFlow gives. */
import {
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers'
import { loadOnnx } from '@zoidberg/core/engines/onnx.ts'
import type { Engine, Output } from '@zoidberg/core/engines/session.ts'
import { loadNative } from '@zoidberg/core/engines/tfjs.ts'
import { readGraph } from '@zoidberg/core/graph/load.ts'
import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { NETWORKS } from '@zoidberg/training/networks/index.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { graphOf } from '../../../support/models.ts'

const SIDE = 64
const size = { height: SIDE, width: SIDE }
const pixels = Uint8Array.from(
  (['NORMAL', 'BACTERIA', 'VIRUS'] as const).flatMap((label, i) => [...drawPhantom(label, i, size)]),
)

let engines: Engine[]
beforeAll(async () => {
  engines = [await loadNative(), await loadOnnx()]
})

/** Opens what export writes with both engines and compares every output. */
async function expectSame(members: LayersModel[]): Promise<void> {
  const graph = readGraph(new Map(graphOf(members)), size)
  const names = [...graph.outputs.keys()]
  const [native, onnx] = await Promise.all(
    engines.map(async (engine): Promise<Output[]> => {
      const session = await engine.open(graph)
      return session.run(pixels, 3, names).finally(() => session.dispose())
    }),
  )
  native.forEach(({ values, shape }, k) => {
    expect(onnx[k].shape).toEqual(shape)
    expect(onnx[k].values).toHaveLength(values.length)
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    values.forEach((value, i) => expect(Math.abs(onnx[k].values[i] - value) / scale).toBeLessThan(1e-5))
  })
}

describe('networks', () => {
  it.each(NETWORKS.map((network) => [network.name, network] as const))('%s', async (_, network) => {
    const classes = network.task === 'binary' ? 2 : 3
    const build = (seed: number) =>
      network.build({ hyperparameters: network.hyperparameters, size, classes, seed })
    await expectSame([build(1)])
  })
  it('two members that are averaged', async () => {
    const network = NETWORKS[NETWORKS.length - 1]
    const build = (seed: number) =>
      network.build({ hyperparameters: network.hyperparameters, size, classes: 3, seed })
    await expectSame([build(1), build(2)])
  })
})

describe('layers', () => {
  const start = { inputShape: [SIDE, SIDE, 1] as [number, number, number] }
  const end = () => [layers.flatten(), layers.dense({ units: 3 }), layers.softmax()]
  it.each(['relu', 'relu6', 'elu', 'sigmoid', 'tanh', 'linear'] as const)(
    'activation %s',
    async (activation) => {
      await expectSame([
        sequential({
          layers: [
            layers.rescaling({ scale: 1 / 128, offset: -1, ...start }),
            layers.conv2d({ filters: 4, kernelSize: 3, strides: 4, activation }),
            layers.flatten(),
            layers.dense({ units: 5, activation }),
            layers.dense({ units: 3 }),
            layers.softmax(),
          ],
        }),
      ])
    },
  )
  it.each([
    ['same', 1, 1],
    ['same', 2, 1],
    ['valid', 3, 1],
    ['same', 1, 2],
    ['valid', 1, 3],
  ] as const)(
    'convolution with padding %s, strides of %i, dilation of %i',
    async (padding, strides, dilationRate) => {
      await expectSame([
        sequential({
          layers: [
            layers.rescaling({ scale: 1 / 255, ...start }),
            layers.conv2d({ filters: 3, kernelSize: [3, 5], padding, strides, dilationRate }),
            ...end(),
          ],
        }),
      ])
    },
  )
  it.each(['same', 'valid'] as const)('pools with padding %s', async (padding) => {
    await expectSame([
      sequential({
        layers: [
          layers.rescaling({ scale: 1 / 255, ...start }),
          layers.maxPooling2d({ poolSize: 3, strides: 2, padding }),
          layers.averagePooling2d({ poolSize: 3, strides: 2, padding }),
          ...end(),
        ],
      }),
    ])
  })
  it('flattening several channels keeps their order', async () => {
    await expectSame([
      sequential({
        layers: [
          layers.rescaling({ scale: 1 / 255, ...start }),
          layers.conv2d({ filters: 4, kernelSize: 3, strides: 16 }),
          ...end(),
        ],
      }),
    ])
  })
  it('sums of branches and normalisations on their own', async () => {
    const image = input({ shape: [SIDE, SIDE, 1] })
    const scaled = layers.rescaling({ scale: 1 / 255 }).apply(image) as SymbolicTensor
    const branch = () =>
      layers
        .conv2d({ filters: 4, kernelSize: 3, strides: 8, padding: 'same' })
        .apply(scaled) as SymbolicTensor
    const sum = layers.add().apply([branch(), branch(), branch()]) as SymbolicTensor
    const normal = layers.batchNormalization().apply(sum) as SymbolicTensor
    const pooled = layers.globalAveragePooling2d({}).apply(normal) as SymbolicTensor
    const logits = layers.dense({ units: 2 }).apply(pooled) as SymbolicTensor
    await expectSame([model({ inputs: image, outputs: layers.softmax().apply(logits) as SymbolicTensor })])
  })
})
