/** Protocol Buffers, as much of them as writing a message needs: protobuf.dev/programming-guides/encoding */

/** A field by its number: an integer, a float (32 bits), a text, bytes or an inner message. */
export type Field =
  | { field: number; integer: number }
  | { field: number; float: number }
  | { field: number; bytes: Uint8Array }

const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** @returns an integer in groups of seven bits, the lowest first; negative ones take ten bytes, as int64 does */
export function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

/** @returns the bytes of a message */
export function message(fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap((field): Uint8Array[] => {
    const tag = (type: number) => varint(field.field * 8 + type)
    if ('integer' in field) return [Uint8Array.from([...tag(VARINT), ...varint(field.integer)])]
    if ('float' in field) {
      const bytes = new Uint8Array(Float32Array.of(field.float).buffer)
      return [Uint8Array.from([...tag(FIXED32), ...bytes])]
    }
    return [Uint8Array.from([...tag(LENGTH_DELIMITED), ...varint(field.bytes.length)]), field.bytes]
  })
  return Buffer.concat(parts)
}
