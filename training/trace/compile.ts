/**
 * Compiles what tfjs does step by step into one TensorFlow graph, by tracing, as JAX and tf.function do it: while `body` runs
 * once, every kernel that tfjs-node calls becomes a node, every tensor made from JavaScript a constant. TensorFlow then runs
 * the graph as a session: on all cores, with fused kernels, and without a call from JavaScript for every kernel.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backend, scalar, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import { type Attribute, type AttributeTypes, type GraphNode, savedModel } from './graph-def.ts'

type Metadata = { id: number; shape: number[]; dtype: number }
type Binding = AttributeTypes & {
  TF_FLOAT: number
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Metadata[]
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number
  loadSavedModel(path: string, tags: string): number
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): Metadata[]
  deleteSavedModel(id: number): void
}
/** What we use of tfjs-node's backend. */
type Native = {
  binding: Binding
  getInputTensorIds(tensors: Tensor[]): number[]
  createOutputTensor(metadata: Metadata): Tensor
}

export type Inputs = Record<string, Tensor>
export type Numbers = Record<string, number>

/**
 * @property inputs examples of the tensors that change from call to call; the graph is for their shapes
 * @property numbers names of the numbers that change from call to call, such as a learning rate
 * @property variables all that `body` reads and writes
 * @property body must call the same kernels each time, and read no value of a tensor
 */
export type Traced = {
  inputs: Inputs
  numbers: readonly string[]
  variables: readonly Variable[]
  body(inputs: Inputs, numbers: Numbers): Tensor[]
}

export type Compiled = {
  /**
   * Runs the graph; the variables then hold their new values.
   *
   * @returns what `body` returned, to be disposed
   */
  run(inputs: Inputs, numbers: Numbers): Tensor[]
  dispose(): void
}

/** `body` depends on something that a graph cannot hold: it has to run step by step. */
export class UntraceableError extends Error {}

/** Stands for a number while tracing: nobody else calculates with it. */
const markOf = (index: number): number => Math.fround(0.713_546_2 + 0.000_717_3 * index)

const nativeBackend = (): Native => {
  const native = backend() as unknown as Native
  if (!native.binding?.runSavedModel) throw new UntraceableError('graphs need native TensorFlow')
  return native
}

/**
 * Traces `body` once, on copies: variables are as before.
 *
 * @throws UntraceableError with what cannot be traced
 */
export function compile({ inputs, numbers, variables, body }: Traced): Compiled {
  const native = nativeBackend()
  const { binding } = native
  const graph = createGraph(binding)
  const names = Object.keys(inputs)
  const idsOf = (tensors: readonly Tensor[]) => native.getInputTensorIds([...tensors])

  const inputNames = names.map((name, i) =>
    graph.placeholder(`input${i}`, inputs[name], idsOf([inputs[name]])[0]),
  )
  const before = variables.map((variable) => variable.clone())
  const variableNames = variables.map((variable, i) =>
    graph.placeholder(`variable${i}`, variable, idsOf([variable])[0]),
  )
  const marks = Object.fromEntries(numbers.map((name, i) => [name, markOf(i)]))
  graph.mark(Object.values(marks))

  const outputs = tidy(() => {
    native.binding = graph.recording
    try {
      return body(inputs, marks)
    } finally {
      native.binding = binding
    }
  })
  const outputNames = [...idsOf(outputs), ...idsOf(variables)].map(graph.output)
  variables.forEach((variable, i) => variable.assign(before[i]))
  for (const tensor of [...before, ...outputs]) tensor.dispose()
  const unused = numbers.find((_, i) => !graph.used.has(i))
  if (unused) throw new UntraceableError(`the graph does not depend on ${unused}`)

  const id = load(binding, graph.nodes)
  const numberNames = numbers.map((_, i) => `number${i}:0`)
  const fed = [...inputNames, ...numberNames, ...variableNames].join(',')
  const fetched = outputNames.join(',')
  return {
    run(given, values) {
      const scalars = numbers.map((name) => scalar(values[name]))
      const tensors = [...names.map((name) => given[name]), ...scalars, ...variables]
      const results = binding
        .runSavedModel(id, idsOf(tensors), fed, fetched)
        .map((each) => native.createOutputTensor(each))
      for (const each of scalars) each.dispose()
      const changed = results.splice(outputs.length)
      variables.forEach((variable, i) => {
        variable.assign(changed[i])
        changed[i].dispose()
      })
      return results
    },
    dispose: () => binding.deleteSavedModel(id),
  }
}

/** Kernels that tfjs-node calls without the type of their first input, which TensorFlow then infers; a graph must say it. */
const INFERRED: Record<string, string> = { ExpandDims: 'T' }

/** Gives the graph to TensorFlow, which takes it from a folder. */
function load(binding: Binding, nodes: readonly GraphNode[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel(nodes, binding))
    return binding.loadSavedModel(folder, 'serve')
  } catch (cause) {
    const named = (cause as Error).message.match(/node (node\d+)/)?.[1]
    const operation = nodes.find(({ name }) => name === named)?.operation ?? 'the graph'
    throw new UntraceableError(`TensorFlow refuses ${operation}: ${(cause as Error).message}`, { cause })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Nodes by the ids that the backend gives to their outputs. */
function createGraph(binding: Binding) {
  const nodes: GraphNode[] = []
  const byId = new Map<number, string>()
  const types = new Map<number, number>()
  const used = new Set<number>()
  /** Types of the placeholders by their references. */
  const fed = new Map<string, number>()
  let marks: number[] = []

  const add = (
    node: Omit<GraphNode, 'attributes'> & { attributes?: Attribute[] },
    ids: readonly number[],
  ): string => {
    nodes.push({ attributes: [], ...node })
    ids.forEach((id, output) => byId.set(id, `${node.name}:${output}`))
    return `${node.name}:0`
  }
  const nameOf = (id: number): string => {
    const name = byId.get(id)
    if (!name) throw new UntraceableError('it reads a tensor that was made before, and is no input')
    return name
  }
  const type = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value })
  const floats = [type('dtype', binding.TF_FLOAT), { name: 'shape', type: binding.TF_ATTR_SHAPE, value: [] }]

  /** The number that a constant stands for, or minus it. */
  function numberOf(
    shape: readonly number[],
    values: ArrayBufferView,
  ): { index: number; sign: 1 | -1 } | undefined {
    if (!(values instanceof Float32Array) || values.length !== 1) return undefined
    const index = marks.indexOf(Math.abs(values[0]))
    if (index < 0) return undefined
    if (shape.length > 0) throw new UntraceableError('a number that changes is not a scalar')
    return { index, sign: values[0] < 0 ? -1 : 1 }
  }

  function recordTensor(id: number, shape: number[], dtype: number, values: ArrayBufferView): void {
    const number = numberOf(shape, values)
    const name = `constant${nodes.length}`
    if (!number) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice()
      add({ name, operation: 'Const', inputs: [], constant: { shape: [...shape], type: dtype, bytes } }, [id])
      return
    }
    const placeholder = `number${number.index}`
    if (!used.has(number.index))
      add({ name: placeholder, operation: 'Placeholder', inputs: [], attributes: floats }, [])
    used.add(number.index)
    const operation = number.sign < 0 ? 'Neg' : 'Identity'
    add({ name, operation, inputs: [`${placeholder}:0`], attributes: [type('T', binding.TF_FLOAT)] }, [id])
  }

  const recorders: Partial<Binding> & { tensorDataSync(): never } = {
    executeOp(operation: string, attributes: Attribute[], inputs: number[], outputs: number) {
      const results = binding.executeOp(operation, attributes, inputs, outputs)
      const name = `node${nodes.length}`
      const inferred = INFERRED[operation] ? [type(INFERRED[operation], types.get(inputs[0]) as number)] : []
      const ids = results.map(({ id }) => id)
      add({ name, operation, inputs: inputs.map(nameOf), attributes: [...attributes, ...inferred] }, ids)
      for (const { id, dtype } of results) types.set(id, dtype)
      return results
    },
    createTensor(shape: number[], dtype: number, values: ArrayBufferView) {
      const id = binding.createTensor(shape, dtype, values)
      recordTensor(id, shape, dtype, values)
      types.set(id, dtype)
      return id
    },
    tensorDataSync() {
      throw new UntraceableError('it reads the value of a tensor')
    },
  }
  // The binding's own properties cannot be overwritten.
  const recording: Binding = Object.create(
    binding,
    Object.fromEntries(Object.entries(recorders).map(([name, value]) => [name, { value }])),
  )
  return {
    nodes,
    used,
    nameOf,
    recording,
    mark(values: number[]) {
      marks = values
    },
    /** What is fed cannot be fetched as it is. */
    output(id: number): string {
      const name = nameOf(id)
      const dtype = fed.get(name)
      if (dtype === undefined) return name
      const attributes = [type('T', dtype)]
      return add({ name: `output${nodes.length}`, operation: 'Identity', inputs: [name], attributes }, [])
    },
    placeholder(name: string, tensor: Tensor, id: number): string {
      const dtype = { float32: binding.TF_FLOAT, int32: 3, bool: 10 }[
        tensor.dtype as 'float32' | 'int32' | 'bool'
      ]
      const attributes = [
        type('dtype', dtype),
        { name: 'shape', type: binding.TF_ATTR_SHAPE, value: tensor.shape },
      ]
      const reference = add({ name, operation: 'Placeholder', inputs: [], attributes }, [id])
      fed.set(reference, dtype)
      types.set(id, dtype)
      return reference
    },
  }
}
