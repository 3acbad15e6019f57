/** The messages of an ONNX model, with the field numbers of github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { type Field, message } from '../protobuf.ts'

/** The version of the format and of its operators; any ONNX Runtime since 2021 reads them. */
const IR_VERSION = 8
const OPSET = 13

const FLOAT = 1
const INT64 = 7

/** Sizes; a text names one that is known when the model runs. */
export type Shape = readonly (number | string)[]
export type Attribute = number | { float: number } | string | readonly number[]
export type Node = {
  operator: string
  inputs: readonly string[]
  output: string
  attributes?: Readonly<Record<string, Attribute>>
}
/** @property values float32, or int64 for shapes */
export type Initializer = { name: string; shape: readonly number[]; values: Float32Array | BigInt64Array }

const text = (field: number, value: string): Field => ({ field, bytes: Buffer.from(value) })
const inner = (field: number, fields: readonly Field[]): Field => ({ field, bytes: message(fields) })
const integer = (field: number, value: number): Field => ({ field, integer: value })

function attribute(name: string, value: Attribute): Field[] {
  const named = text(1, name)
  if (typeof value === 'number') return [named, integer(3, value), integer(20, 2)]
  if (typeof value === 'string') return [named, text(4, value), integer(20, 3)]
  if ('float' in value) return [named, { field: 2, float: value.float }, integer(20, 1)]
  return [named, ...value.map((each) => integer(8, each)), integer(20, 7)]
}

const node = ({ operator, inputs, output, attributes = {} }: Node): Field[] => [
  ...inputs.map((name) => text(1, name)),
  text(2, output),
  text(3, output),
  text(4, operator),
  ...Object.entries(attributes).map(([name, value]) => inner(5, attribute(name, value))),
]

const tensor = ({ name, shape, values }: Initializer): Field[] => [
  ...shape.map((size) => integer(1, size)),
  integer(2, values instanceof Float32Array ? FLOAT : INT64),
  text(8, name),
  { field: 9, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) },
]

const valueInfo = (name: string, shape: Shape): Field[] => {
  const sizes = shape.map((size) => inner(1, [typeof size === 'string' ? text(2, size) : integer(1, size)]))
  const type = inner(1, [integer(1, FLOAT), inner(2, sizes)])
  return [text(1, name), inner(2, [type])]
}

/** @returns the bytes of a model of float32 inputs and outputs */
export function modelBytes(graph: {
  nodes: readonly Node[]
  initializers: readonly Initializer[]
  inputs: ReadonlyMap<string, Shape>
  outputs: ReadonlyMap<string, Shape>
}): Uint8Array {
  return message([
    integer(1, IR_VERSION),
    text(2, 'zoidberg'),
    inner(7, [
      ...graph.nodes.map((each) => inner(1, node(each))),
      text(2, 'graph'),
      ...graph.initializers.map((each) => inner(5, tensor(each))),
      ...[...graph.inputs].map(([name, shape]) => inner(11, valueInfo(name, shape))),
      ...[...graph.outputs].map(([name, shape]) => inner(12, valueInfo(name, shape))),
    ]),
    inner(8, [text(1, ''), integer(2, OPSET)]),
  ])
}
