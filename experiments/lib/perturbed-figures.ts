/** The figures that recipes are compared by: how a network holds up on perturbed validation images. */

import { mean, standardDeviation } from '@zoidberg/training/statistics/descriptive.ts'
import { percentSpread, spread } from '../../benchmarks/lib/format.ts'

/** What these figures need of a run's `report/metrics.json`. */
export type Metrics = {
  validation: { accuracy: number; rocAuc: number; threeClass: { accuracy: number } | null }
  shifts: { name: string; rocAuc: number; balancedAccuracy: number; specificity: number }[]
}

const FIGURES = {
  'lowest AUC under shift': ({ shifts }) => Math.min(...shifts.map(({ rocAuc }) => rocAuc)),
  'mean balanced accuracy under shift': ({ shifts }) =>
    mean(shifts.map(({ balancedAccuracy }) => balancedAccuracy)),
  'lowest specificity under shift': ({ shifts }) => Math.min(...shifts.map(({ specificity }) => specificity)),
  'plain AUC': ({ validation }) => validation.rocAuc,
  'three classes, accuracy': ({ validation }) => validation.threeClass?.accuracy ?? Number.NaN,
  'plain accuracy': ({ validation }) => validation.accuracy,
} satisfies Record<string, (metrics: Metrics) => number>

export type FigureName = keyof typeof FIGURES

/** @returns each figure of one network; a network of two classes has no accuracy among three: NaN, in JSON null */
export const figuresOf = (metrics: Metrics): Record<FigureName, number> =>
  Object.fromEntries(Object.entries(FIGURES).map(([name, of]) => [name, of(metrics)])) as Record<
    FigureName,
    number
  >

/** @returns mean ± standard deviation over seeds as a table shows it, empty where there is no value */
export function showFigure(name: FigureName, values: readonly (number | null)[]): string {
  const numbers = values.filter((value) => value !== null).filter(Number.isFinite)
  if (numbers.length === 0) return ''
  const show = name.includes('AUC') ? spread : percentSpread
  return show(mean(numbers), standardDeviation(numbers))
}
