/** Several graph models as one that averages their answers. */
import type { io } from '@tensorflow/tfjs-core'
import { ACTIVATION_MAP, INPUT, PROBABILITIES } from './export.ts'
import { type GraphNode, int, type } from './node.ts'
import { toShards } from './shards.ts'
import { GraphWriter } from './writer.ts'

/** Files of a graph model by name: `model.json` and its shards. */
export type GraphFiles = ReadonlyMap<string, Uint8Array>

type Parsed = { json: io.ModelJSON; nodes: GraphNode[]; weights: Uint8Array }

/**
 * Merges models into one graph. Each network counts alike: a model that is an ensemble already counts as often as it has
 * networks.
 *
 * @param models of the same input and the same outputs, as `exportGraph` or this function wrote them
 * @returns `model.json` and its weight shards, as file names and bytes
 * @throws Error if their inputs or outputs differ
 */
export function mergeGraphs(models: readonly GraphFiles[]): [name: string, bytes: Uint8Array][] {
  const parsed = models.map(parse)
  const [{ json }] = parsed
  const signature = JSON.stringify(json.signature)
  if (parsed.some((other) => JSON.stringify(other.json.signature) !== signature))
    throw new Error('the models have other inputs or outputs')
  const placeholder = parsed[0].nodes.filter(({ op }) => op === 'Placeholder')
  const counts = parsed.map(({ nodes }) => nodes.filter(({ op }) => op === 'Softmax').length)
  const networks = counts.reduce((a, b) => a + b, 0)

  const tail = new GraphWriter(false)
  const outputs = Object.keys((json.signature as { outputs: object }).outputs)
  for (const output of [PROBABILITIES, ACTIVATION_MAP].filter((name) => outputs.includes(name))) {
    const T = { T: type('DT_FLOAT') }
    const shares = counts.map((count, i) => {
      const share = tail.constant(`${output}/share${i + 1}`, new Float32Array([count / networks]), [])
      return tail.node(`${output}/part${i + 1}`, 'Mul', [`${prefixOf(i)}${output}`, share], T)
    })
    const sum = tail.node(`${output}/sum`, 'AddN', shares, { ...T, N: int(shares.length) })
    tail.node(output, 'Identity', [sum], T)
  }

  const end = tail.weights()
  const specs = parsed.flatMap((model, i) =>
    specsOf(model.json).map((spec) => ({ ...spec, name: prefixOf(i) + spec.name })),
  )
  const weights = Buffer.concat([...parsed.map((model) => model.weights), end.weights])
  const shards = toShards(weights)
  const merged: io.ModelJSON = {
    ...json,
    modelTopology: {
      ...(json.modelTopology as object),
      node: [
        ...placeholder,
        ...parsed.flatMap(({ nodes }, i) =>
          nodes.filter(({ op }) => op !== 'Placeholder').map((node) => renamed(node, prefixOf(i))),
        ),
        ...tail.nodes,
      ],
    },
    weightsManifest: [{ paths: shards.map(([name]) => name), weights: [...specs, ...end.specs] }],
  }
  return [['model.json', Buffer.from(JSON.stringify(merged))], ...shards]
}

const prefixOf = (index: number): string => `model${index + 1}/`

/** All models read the same image. */
const renamed = (node: GraphNode, prefix: string): GraphNode => ({
  ...node,
  name: prefix + node.name,
  input: (node.input ?? []).map((name) => (name === INPUT ? name : prefix + name)),
})

const specsOf = ({ weightsManifest }: io.ModelJSON) => weightsManifest.flatMap((group) => group.weights)

function parse(files: GraphFiles): Parsed {
  const bytesOf = (name: string): Uint8Array => {
    const bytes = files.get(name)
    if (!bytes) throw new Error(`${name} is missing`)
    return bytes
  }
  const json: io.ModelJSON = JSON.parse(Buffer.from(bytesOf('model.json')).toString())
  const shards = json.weightsManifest.flatMap(({ paths }) => paths).map(bytesOf)
  return {
    json,
    nodes: (json.modelTopology as { node: GraphNode[] }).node,
    weights: Buffer.concat(shards),
  }
}
