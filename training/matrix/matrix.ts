/**
 * Samples by features, in float32, row by row: what classical algorithms and the search for near duplicates compute on.
 */
import { UsageError } from '../errors.ts'

export type Matrix = { rows: number; columns: number; values: Float32Array }

/**
 * Copies some rows of a matrix.
 *
 * @param positions of the rows, in the order wanted; one may come twice
 * @returns a matrix of its own
 */
export function selectRows({ columns, values }: Matrix, positions: readonly number[]): Matrix {
  const selected = new Float32Array(positions.length * columns)
  positions.forEach((row, i) => {
    selected.set(values.subarray(row * columns, (row + 1) * columns), i * columns)
  })
  return { rows: positions.length, columns, values: selected }
}

/** @returns the values column by column, so that those of a feature are neighbours */
export function transpose({ rows, columns, values }: Matrix): Float32Array {
  const result = new Float32Array(values.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j]
  return result
}

/**
 * Makes sure that there is nothing in a matrix that one cannot compute with.
 *
 * @throws UsageError naming the first value that is no finite number
 */
export function assertFinite({ columns, values }: Matrix): void {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw new UsageError(
      `sample ${Math.floor(at / columns)}, feature ${at % columns} is ${values[at]}, not a finite number.`,
    )
}
