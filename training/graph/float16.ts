/** IEEE 754 half precision, rounding to nearest even; Node 22 has no Float16Array yet. */

const LARGEST = 65504

/**
 * Converts float32 values to half precision.
 *
 * @param values those beyond the largest half are clamped to it
 * @returns little-endian bytes, two per value
 */
export function float16Bytes(values: Float32Array): Uint8Array {
  const halves = Uint16Array.from(values, toHalf)
  return new Uint8Array(halves.buffer)
}

function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.min(Math.abs(value), LARGEST)
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || Number.MIN_VALUE)))
  const spacing = 2 ** (exponent - 10)
  const steps = roundHalfToEven(magnitude / spacing)
  // `steps` counts from 0 within the exponent, 1024 of them being the implicit one; a carry raises the exponent by itself.
  return sign | ((exponent + 14) * 1024 + steps)
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
