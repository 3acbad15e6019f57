/** GraphDef nodes in the JSON that tfjs reads: enums as names, 64-bit integers and bytes as strings. */

export type Attribute = Record<string, unknown>
export type GraphNode = { name: string; op: string; input?: string[]; attr?: Record<string, Attribute> }

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** @returns an attribute that is a type */
export const type = (dtype: 'DT_FLOAT' | 'DT_INT32'): Attribute => ({ type: dtype })
/** @returns an attribute that is a text */
export const text = (value: string): Attribute => ({ s: base64(value) })
/** @returns an attribute that is true or false */
export const bool = (value: boolean): Attribute => ({ b: value })
/** @returns an attribute that is a number */
export const float = (value: number): Attribute => ({ f: value })
/** @returns an attribute that is a whole number */
export const int = (value: number): Attribute => ({ i: String(value) })
/** @returns an attribute that is a list of whole numbers */
export const ints = (values: number[]): Attribute => ({ list: { i: values.map(String) } })
/** @returns an attribute that is a list of texts */
export const texts = (values: string[]): Attribute => ({ list: { s: values.map(base64) } })

/**
 * @param dims sizes; `null` is a dimension that varies, such as the batch
 * @returns a shape
 */
export const shape = (dims: (number | null)[]) => ({
  dim: dims.map((size) => ({ size: String(size ?? -1) })),
})
