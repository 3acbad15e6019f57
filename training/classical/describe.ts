/** A comparison of classical algorithms as the tables people read. */
import { table } from '../table.ts'
import type { BaselineRow } from './baseline-row.ts'
import type { GridResult } from './model-selection.ts'

/** @returns a table with a row per algorithm */
export function describeBaselines(rows: BaselineRow[]): string {
  const rate = (value: number) => value.toFixed(4)
  const interval = ([low, high]: [number, number]) => `${rate(low)} to ${rate(high)}`
  const hasCv = rows.some(({ cv }) => cv)
  const hasTest = rows.some(({ test }) => test)
  return table([
    [
      'algorithm',
      'accuracy',
      '95 % interval',
      'sensitivity',
      'specificity',
      'F1 weighted',
      'ROC AUC',
      ...(hasTest ? ['test accuracy'] : []),
      ...(hasCv ? ['folds: mean (deviation)'] : []),
      'fit s',
      'predict s',
      'KiB',
    ],
    ...rows.map((row) => [
      row.name,
      rate(row.validation.accuracy),
      interval(row.validation.intervals.accuracy),
      rate(row.validation.sensitivity),
      rate(row.validation.specificity),
      rate(row.validation.weighted.f1),
      rate(row.validation.rocAuc),
      ...(hasTest ? [row.test ? rate(row.test.accuracy) : ''] : []),
      ...(hasCv ? [row.cv ? `${rate(row.cv.mean)} (${rate(row.cv.std)})` : ''] : []),
      row.fitSeconds.toFixed(2),
      row.predictSeconds.toFixed(2),
      Math.ceil(row.bytes / 1024),
    ]),
  ])
}

/** @returns a table with every combination of a grid, the best first */
export function describeGrid({ candidates }: GridResult): string {
  const names = Object.keys(candidates[0].parameters)
  const best = candidates.toSorted((a, b) => b.mean - a.mean)
  return table([
    [...names, 'mean accuracy', 'deviation'],
    ...best.map(({ parameters, mean, std }) => [
      ...names.map((name) => String(parameters[name])),
      mean.toFixed(4),
      std.toFixed(4),
    ]),
  ])
}
