/** From stored values to the gray that a screen shows: PS3.3 C.7.6.3 and C.11. Pure. */
import type { DicomHeader } from './header.ts'

/** Of the values, at either end: one hot pixel must not turn a film without a window black. */
const TAIL = 0.001

/**
 * @param stored values as they are in the file, `rows * columns` of them
 * @returns uint8 gray values, black 0: rescaled, through the table or the window of the file, else over the range of its
 *   values; turned where high values are dark
 */
export function graysOf(stored: ArrayLike<number>, header: DicomHeader): Uint8Array<ArrayBuffer> {
  const { bits, isSigned, inverted } = header
  const least = isSigned ? -(2 ** (bits - 1)) : 0
  const count = 2 ** bits
  // Each value that there can be is worked out once.
  const shown = new Uint8Array(count)
  const gray = grayOf(header, () => rangeOf(stored, least, count))
  for (let i = 0; i < count; i++) {
    const value = Math.max(0, Math.min(255, Math.round(gray(least + i))))
    shown[i] = inverted ? 255 - value : value
  }
  const grays = new Uint8Array(stored.length)
  const mask = count - 1
  const sign = isSigned ? count / 2 : 0
  // Bits that are not stored may hold anything.
  for (let i = 0; i < grays.length; i++) grays[i] = shown[((stored[i] & mask) + sign) & mask]
  return grays
}

/** @returns the gray, 0..255 and beyond, of a stored value */
function grayOf(
  { slope, intercept, window, table }: DicomHeader,
  range: () => [number, number],
): (stored: number) => number {
  if (table) {
    const most = 2 ** table.bits - 1
    return (stored) => {
      const at = Math.round(slope * stored + intercept) - table.first
      return (255 * table.values[Math.max(0, Math.min(table.values.length - 1, at))]) / most
    }
  }
  if (window) {
    // The linear function of C.11.2.1.2.1.
    const { center, width } = window
    return (stored) => 255 * ((slope * stored + intercept - (center - 0.5)) / Math.max(1, width - 1) + 0.5)
  }
  const [low, high] = range()
  return (stored) => (255 * (stored - low)) / Math.max(1, high - low)
}

/** @returns the stored values that all but a thousandth lie between */
function rangeOf(stored: ArrayLike<number>, least: number, count: number): [number, number] {
  const histogram = new Uint32Array(count)
  const mask = count - 1
  const sign = least < 0 ? count / 2 : 0
  for (let i = 0; i < stored.length; i++) histogram[((stored[i] & mask) + sign) & mask]++
  const limit = TAIL * stored.length
  let [low, below] = [0, histogram[0]]
  while (low < count - 1 && below <= limit) below += histogram[++low]
  let [high, above] = [count - 1, histogram[count - 1]]
  while (high > low && above <= limit) above += histogram[--high]
  return [least + low, least + high]
}
