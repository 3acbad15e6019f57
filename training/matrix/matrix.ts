/** Samples by features, in float32, row by row: what every classical algorithm takes. */
import { UsageError } from '../errors.ts'

export type Matrix = { rows: number; columns: number; values: Float32Array }

/** The rows at `positions`, copied. */
export function selectRows({ columns, values }: Matrix, positions: readonly number[]): Matrix {
  const selected = new Float32Array(positions.length * columns)
  positions.forEach((row, i) => {
    selected.set(values.subarray(row * columns, (row + 1) * columns), i * columns)
  })
  return { rows: positions.length, columns, values: selected }
}

/** Column by column, so that a feature's values are neighbours. */
export function transpose({ rows, columns, values }: Matrix): Float32Array {
  const result = new Float32Array(values.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j]
  return result
}

/** @throws UsageError naming the first value that is no finite number */
export function assertFinite({ columns, values }: Matrix): void {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw new UsageError(
      `sample ${Math.floor(at / columns)}, feature ${at % columns} is ${values[at]}, not a finite number.`,
    )
}
