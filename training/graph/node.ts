/** GraphDef nodes in the JSON that tfjs reads: enums as names, 64-bit integers and bytes as strings. */

export type Attribute = Record<string, unknown>
export type GraphNode = { name: string; op: string; input?: string[]; attr?: Record<string, Attribute> }

const base64 = (text: string): string => Buffer.from(text).toString('base64')

export const type = (dtype: 'DT_FLOAT' | 'DT_INT32'): Attribute => ({ type: dtype })
export const text = (value: string): Attribute => ({ s: base64(value) })
export const bool = (value: boolean): Attribute => ({ b: value })
export const float = (value: number): Attribute => ({ f: value })
export const int = (value: number): Attribute => ({ i: String(value) })
export const ints = (values: number[]): Attribute => ({ list: { i: values.map(String) } })
export const texts = (values: string[]): Attribute => ({ list: { s: values.map(base64) } })

/** `null` is a dimension that varies, such as the batch. */
export const shape = (dims: (number | null)[]) => ({
  dim: dims.map((size) => ({ size: String(size ?? -1) })),
})
