import { COLOURS, toSvg } from '@zoidberg/training/plots/chart.ts'
import { quartiles } from '../lib/quartiles.ts'

/** The logarithm of a regret of nothing would be endless. */
const SMALLEST = 1e-4

/**
 * @param regrets by tuner, for each repetition the regret after each epoch
 * @param first epoch to show: before it no training was whole
 * @returns the median regret of each tuner by epochs of training, as SVG
 */
export function replayPlot(regrets: Record<string, number[][]>, first: number): Promise<string> {
  const values = Object.entries(regrets).flatMap(([oracle, runs]) =>
    runs[0].map((_, i) => {
      const after = runs.map((run) => run[i])
      return { oracle, epochs: i + 1, regret: Math.max(SMALLEST, quartiles(after)[1]) }
    }),
  )
  return toSvg({
    data: { values: values.filter(({ epochs }) => epochs >= first) },
    width: 420,
    height: 260,
    mark: { type: 'line', interpolate: 'step-after' },
    encoding: {
      x: { field: 'epochs', type: 'quantitative', title: 'epochs of training' },
      y: { field: 'regret', type: 'quantitative', scale: { type: 'log' }, title: 'median regret (ROC AUC)' },
      color: { field: 'oracle', type: 'nominal', title: null, scale: { range: COLOURS } },
    },
  })
}
