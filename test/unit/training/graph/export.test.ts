import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import {
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { toBatch } from '@zoidberg/core/engines/tfjs.ts'
import { loadModel, readGraph } from '@zoidberg/core/graph/load.ts'
import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { exportGraph } from '@zoidberg/training/graph/export.ts'
import { float16Bytes } from '@zoidberg/training/graph/float16.ts'
import { mergeGraphs } from '@zoidberg/training/graph/merge.ts'
import { SHARD_BYTES } from '@zoidberg/training/graph/shards.ts'
import { NETWORKS, networkNamed } from '@zoidberg/training/networks/index.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { modelFiles, readerOf } from '../../../support/models.ts'

beforeAll(() => loadEngine('native'))

const SIDE = 64
const size = { height: SIDE, width: SIDE }
const images = (['NORMAL', 'BACTERIA', 'VIRUS'] as const).map((kind, i) => drawPhantom(kind, i, size))

function layersOutput(members: LayersModel[], output = 0): Float32Array {
  const outputs = members.map((member) => [member.predict(toBatch(images, size))].flat()[output] as tf.Tensor)
  return tf.addN(outputs).div(members.length).dataSync() as Float32Array
}

/** Moving statistics and biases as training would leave them: not the zeros and ones they start with. */
function shake(member: LayersModel): LayersModel {
  member.setWeights(
    member.getWeights().map((weight, i) => {
      const noise = tf.randomUniform(weight.shape, 0.02, 0.3, 'float32', i)
      return weight.rank === 1 ? weight.abs().mul(0.5).add(noise) : weight
    }),
  )
  return member
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))

/** Probabilities that a graph gives, by the engine that serves it. */
async function answersOf(files: [string, Uint8Array][]): Promise<Float32Array> {
  const session = await (await loadEngine()).open(readGraph(new Map(files), size))
  const pixels = Buffer.concat(images)
  const [{ values }] = await session.run(new Uint8Array(pixels), images.length, ['probabilities'])
  session.dispose()
  return values
}

async function graphOutput(members: LayersModel[], float16 = false) {
  const loaded = await loadModel(
    readerOf(
      modelFiles('test-model', members, {
        task: members[0].outputs[0].shape[1] === 3 ? 'three-class' : 'binary',
        float16,
      }),
    ),
  )
  const { probabilities, maps } = await loaded.predict(images, true)
  loaded.dispose()
  return {
    probabilities: probabilities.flatMap((row) => [...row]),
    maps: maps?.flatMap((map) => [...map.values]),
  }
}

describe('exportGraph', () => {
  it.each(NETWORKS.map((definition) => [definition.name, definition] as const))(
    'keeps the answers of %s within 1e-5',
    async (_, definition) => {
      const small = { ...definition.hyperparameters }
      for (const key of ['conv1Filters', 'conv2Filters', 'conv3Filters']) if (key in small) small[key] = 8
      const member = shake(
        definition.build({
          hyperparameters: small,
          size,
          classes: definition.task === 'binary' ? 2 : 3,
          seed: 4,
        }),
      )
      const { probabilities, maps } = await graphOutput([member])
      expect(furthest(probabilities, layersOutput([member]))).toBeLessThan(1e-5)
      if (member.outputs.length > 1)
        expect(furthest(maps as number[], layersOutput([member], 1))).toBeLessThan(1e-4)
    },
  )

  it('folds batch normalisation and removes dropout', () => {
    const [resnet] = NETWORKS.filter(({ name }) => name === 'resnet')
    const member = resnet.build({
      hyperparameters: { width: 8, blocks: 1, dropout: 0.5 },
      size,
      classes: 3,
      seed: 1,
    })
    const { modelTopology } = JSON.parse(Buffer.from(exportGraph(member)[0][1]).toString())
    const operations = modelTopology.node.map((node: { op: string }) => node.op)
    expect(new Set(operations)).toEqual(
      new Set([
        'Placeholder',
        'Const',
        'Mul',
        'AddV2',
        '_FusedConv2D',
        'MaxPool',
        'Relu',
        'Mean',
        'Softmax',
        'Identity',
      ]),
    )
    expect(operations.filter((op: string) => op === 'Relu')).toHaveLength(4) // behind the additions alone
  })

  it('normalises on its own where no convolution comes before', async () => {
    const member = shake(
      sequential({
        layers: [
          layers.batchNormalization({ inputShape: [SIDE, SIDE, 1] }),
          layers.averagePooling2d({ poolSize: 8 }),
          layers.flatten(),
          layers.dense({ units: 2, activation: 'softmax' }),
        ],
      }),
    )
    expect(furthest((await graphOutput([member])).probabilities, layersOutput([member]))).toBeLessThan(1e-5)
  })

  it('halves the size with float16 and hardly moves an answer', async () => {
    const [cnn] = NETWORKS.filter(({ name }) => name === 'cnn')
    const member = cnn.build({ hyperparameters: cnn.hyperparameters, size, classes: 2, seed: 1 })
    const bytes = (float16: boolean) =>
      exportGraph(member, { float16 })
        .slice(1)
        .reduce((sum, [, shard]) => sum + shard.length, 0)
    expect(bytes(true) / bytes(false)).toBeLessThan(0.51)
    expect(furthest((await graphOutput([member], true)).probabilities, layersOutput([member]))).toBeLessThan(
      2e-3,
    )
  })

  it('refuses a layer it cannot express, by name', () => {
    const member = sequential({
      layers: [
        layers.upSampling2d({ inputShape: [8, 8, 1], name: 'bigger' }),
        layers.flatten(),
        layers.dense({ units: 2 }),
      ],
    })
    expect(() => exportGraph(member)).toThrow(/"bigger" \(UpSampling2D\)/)
  })

  it('refuses an activation it cannot express, by name', () => {
    const member = sequential({
      layers: [
        layers.flatten({ inputShape: [8, 8, 1] }),
        layers.dense({ units: 2, activation: 'softplus', name: 'soft' }),
      ],
    })
    expect(() => exportGraph(member)).toThrow(/"softplus" of layer "soft/)
  })

  it('does not fuse an activation over a tensor that is also read elsewhere', async () => {
    const image = input({ shape: [SIDE, SIDE, 1] })
    const convolved = layers.conv2d({ filters: 2, kernelSize: 3 }).apply(image) as SymbolicTensor
    const sum = layers.add().apply([layers.reLU().apply(convolved) as SymbolicTensor, convolved])
    const pooled = layers.globalAveragePooling2d({}).apply(sum)
    const member = model({ inputs: image, outputs: layers.softmax().apply(pooled) as SymbolicTensor })
    expect(furthest((await graphOutput([member])).probabilities, layersOutput([member]))).toBeLessThan(1e-5)
  })
})

describe('a published model', () => {
  const bigModel = () =>
    sequential({
      layers: [
        layers.flatten({ inputShape: [SIDE, SIDE, 1] }),
        layers.dense({ units: 600, activation: 'relu' }),
        layers.dense({ units: 2, activation: 'softmax' }),
      ],
    })

  it('is read by an unmodified tf.loadGraphModel', async () => {
    const member = bigModel()
    const files = modelFiles('test-model', [member])
    const json = JSON.parse(Buffer.from(files.get('model.json') as Uint8Array).toString())
    const data = Buffer.concat(json.weightsManifest[0].paths.map((name: string) => files.get(name)))
    const weightData = new Uint8Array(data).buffer
    const graph = await loadGraphModel(
      tf.io.fromMemory({ ...json, weightSpecs: json.weightsManifest[0].weights, weightData }),
    )
    expect(graph.inputs[0].shape).toEqual([-1, SIDE, SIDE, 1])
    const output = graph.predict(toBatch(images, size)) as tf.Tensor
    expect(furthest(output.dataSync() as Float32Array, layersOutput([member]))).toBeLessThan(1e-5)
  })

  it('has shards of 4 MiB', () => {
    const files = modelFiles('test-model', [bigModel()])
    const shards = [...files]
      .filter(([name]) => name.endsWith('.bin'))
      .map(([name, bytes]) => [name, bytes.length])
    expect(shards.slice(0, -1).every(([, length]) => length === SHARD_BYTES)).toBe(true)
    expect(shards.map(([name]) => name)).toEqual([
      'group1-shard1of3.bin',
      'group1-shard2of3.bin',
      'group1-shard3of3.bin',
    ])
  })

  it.each<[string, (files: Map<string, Uint8Array>) => void, RegExp]>([
    ['a missing shard', (f) => f.delete('group1-shard2of3.bin'), /shard2of3\.bin is missing/],
    [
      'a truncated shard',
      (f) => f.set('group1-shard1of3.bin', (f.get('group1-shard1of3.bin') as Uint8Array).subarray(0, 99)),
      /99 bytes instead of/,
    ],
    [
      'swapped shards',
      (f) => {
        const a = f.get('group1-shard1of3.bin') as Uint8Array
        f.set('group1-shard1of3.bin', f.get('group1-shard2of3.bin') as Uint8Array)
        f.set('group1-shard2of3.bin', a)
      },
      /does not match its checksum/,
    ],
    [
      'a flipped bit',
      (f) => {
        const copy = new Uint8Array(f.get('group1-shard1of3.bin') as Uint8Array)
        copy[77] ^= 1
        f.set('group1-shard1of3.bin', copy)
      },
      /does not match its checksum/,
    ],
    ['a manifest that is no JSON', (f) => f.set('manifest.json', Buffer.from('{')), /JSON/],
    [
      'a manifest without a default',
      (f) =>
        f.set(
          'manifest.json',
          Buffer.from(
            (f.get('manifest.json') as Buffer).toString().replace('"default": true', '"default": false'),
          ),
        ),
      /exactly one operating point/,
    ],
    [
      'a file name that leaves the folder',
      (f) =>
        f.set(
          'manifest.json',
          Buffer.from(
            (f.get('manifest.json') as Buffer).toString().replace('model.json', '../../../model.json'),
          ),
        ),
      /plain file name/,
    ],
  ])('is refused with %s', async (_, damage, message) => {
    const files = modelFiles('test-model', [bigModel()])
    damage(files)
    await expect(loadModel(readerOf(files))).rejects.toMatchObject({
      type: 'model-unavailable',
      message: expect.stringMatching(message),
    })
  })

  it('leaves no tensor behind', async () => {
    const files = modelFiles('test-model', [bigModel()])
    const before = tf.memory().numTensors
    const loaded = await loadModel(readerOf(files))
    const inUse = tf.memory().numTensors
    for (let i = 0; i < 5; i++) await loaded.predict(images, true)
    expect(tf.memory().numTensors).toBe(inUse)
    loaded.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('float16Bytes', () => {
  it('is what TensorFlow makes of every kind of number', () => {
    const values = Float32Array.from([
      0,
      -0,
      1,
      -1,
      65504,
      1e6,
      2 ** -14,
      2 ** -24,
      2 ** -25,
      1.0009765625,
      1.00048828125,
      0.1,
      -3.25,
      6.1e-5,
      5.9e-8,
    ])
    const decoded = tf.io.decodeWeights(new Uint8Array(float16Bytes(values)).buffer, [
      {
        name: 'w',
        shape: [values.length],
        dtype: 'float32',
        quantization: { dtype: 'float16', original_dtype: 'float32' },
      } as tf.io.WeightsManifestEntry,
    ])
    const back = decoded.w.dataSync()
    values.forEach((value, i) => {
      const wanted = Math.sign(value) * Math.min(Math.abs(value), 65504)
      expect(Math.abs(back[i] - wanted)).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(wanted) * 2 ** -11))
    })
  })
})

describe('mergeGraphs', () => {
  const resnet = (seed: number) => {
    const { build } = networkNamed('resnet')
    return shake(build({ hyperparameters: { width: 8, blocks: 1, dropout: 0 }, size, classes: 3, seed }))
  }
  it('averages the probabilities and the maps of several networks, of one kind or of two', async () => {
    const { build, hyperparameters } = networkNamed('efficientnet')
    const other = shake(build({ hyperparameters, size, classes: 3, seed: 3 }))
    const members = [resnet(1), resnet(2), other]
    const { probabilities, maps } = await graphOutput(members)
    expect(furthest(probabilities, layersOutput(members))).toBeLessThan(1e-5)
    expect(furthest(maps as number[], layersOutput(members, 1))).toBeLessThan(1e-4)
  })
  it('counts each network alike, also those of an ensemble', async () => {
    const [one, two, three] = [1, 2, 3].map(resnet)
    const pair = mergeGraphs([one, two].map((member) => new Map(exportGraph(member))))
    const nested = mergeGraphs([new Map(pair), new Map(exportGraph(three))])
    const flat = mergeGraphs([one, two, three].map((member) => new Map(exportGraph(member))))
    const answers = await Promise.all([nested, flat].map(answersOf))
    expect(furthest(answers[0], answers[1])).toBeLessThan(1e-6)
  })
  it('refuses models of another size', () => {
    const { build, hyperparameters } = networkNamed('resnet')
    const large = build({ hyperparameters, size: { height: 96, width: 96 }, classes: 3, seed: 1 })
    expect(() => mergeGraphs([resnet(1), large].map((member) => new Map(exportGraph(member))))).toThrow(
      /other inputs or outputs/,
    )
  })
})
