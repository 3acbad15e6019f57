/** What a comparison tells of one algorithm. */
import type { Figures } from '../evaluation/figures.ts'
import type { Parameters } from './algorithm.ts'
import type { CrossValidation, GridResult } from './model-selection.ts'

/** One of `algorithms` in `baseline --json`. */
export type BaselineRow = {
  name: string
  params: Parameters
  test: Figures | null
  validation: Figures
  cv: CrossValidation | null
  grid: GridResult | null
  fitSeconds: number
  predictSeconds: number
  /** Of the saved model. */
  bytes: number
}
