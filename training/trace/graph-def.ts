/** A TensorFlow graph as a SavedModel: github.com/tensorflow/tensorflow/tree/master/tensorflow/core/{framework,protobuf} */
import { type Field, message } from '@zoidberg/core/protobuf.ts'

/** An attribute of a node, as tfjs-node's backend states it: `type` is one of the numbers below. */
export type Attribute = { name: string; type: number; value: unknown }
export type Constant = { shape: readonly number[]; type: number; bytes: Uint8Array }
/** @property inputs `name:output` of other nodes */
export type GraphNode = {
  name: string
  operation: string
  inputs: readonly string[]
  attributes: readonly Attribute[]
  constant?: Constant
}

/** The numbers that tfjs-node's binding gives to kinds of attributes. */
export type AttributeTypes = Record<
  'TF_ATTR_STRING' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_TYPE' | 'TF_ATTR_SHAPE',
  number
>

/** Any producer of the last years: it only says which old behaviours are not meant. */
const PRODUCER = 1987

const text = (field: number, value: string): Field => ({ field, bytes: Buffer.from(value) })
const inner = (field: number, fields: readonly Field[]): Field => ({ field, bytes: message(fields) })
const integer = (field: number, value: number): Field => ({ field, integer: value })
const shapeOf = (sizes: readonly number[]): Field[] => sizes.map((size) => inner(2, [integer(1, size)]))

/** Fields of AttrValue and of its list, by kind. */
function fieldOf(types: AttributeTypes, type: number, value: unknown): Field {
  switch (type) {
    case types.TF_ATTR_STRING:
      return text(2, String(value))
    case types.TF_ATTR_INT:
      return integer(3, Number(value))
    case types.TF_ATTR_FLOAT:
      return { field: 4, float: Number(value) }
    case types.TF_ATTR_BOOL:
      return integer(5, value ? 1 : 0)
    case types.TF_ATTR_TYPE:
      return integer(6, Number(value))
    case types.TF_ATTR_SHAPE:
      return inner(7, shapeOf(value as number[]))
    default:
      throw new Error(`an attribute of kind ${type} cannot be traced`)
  }
}

function attributeValue(types: AttributeTypes, { type, value }: Attribute): Field[] {
  if (type === types.TF_ATTR_SHAPE || !Array.isArray(value)) return [fieldOf(types, type, value)]
  return [
    inner(
      1,
      value.map((each) => fieldOf(types, type, each)),
    ),
  ]
}

function nodeDef(
  types: AttributeTypes,
  { name, operation, inputs, attributes, constant }: GraphNode,
): Field[] {
  const entry = (key: string, value: readonly Field[]) => inner(5, [text(1, key), inner(2, value)])
  const tensor = constant && [
    entry('dtype', [integer(6, constant.type)]),
    entry('value', [
      inner(8, [
        integer(1, constant.type),
        inner(2, shapeOf(constant.shape)),
        { field: 4, bytes: constant.bytes },
      ]),
    ]),
  ]
  return [
    text(1, name),
    text(2, operation),
    ...inputs.map((input) => text(3, input)),
    ...attributes.map((attribute) => entry(attribute.name, attributeValue(types, attribute))),
    ...(tensor ?? []),
  ]
}

/**
 * @param nodes in an order in which each reads only earlier ones
 * @returns the bytes of `saved_model.pb`, tagged "serve"
 * @throws Error naming an attribute that cannot be written
 */
export function savedModel(nodes: readonly GraphNode[], types: AttributeTypes): Uint8Array {
  const graph = [...nodes.map((node) => inner(1, nodeDef(types, node))), inner(4, [integer(1, PRODUCER)])]
  return message([integer(1, 1), inner(2, [inner(1, [text(4, 'serve')]), inner(2, graph)])])
}
