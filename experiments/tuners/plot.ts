import { COLOURS, toSvg } from '@zoidberg/training/plots/chart.ts'
import { quartiles } from '../lib/quartiles.ts'

/** By function and tuner, for each seed the regret after each trial. */
export type Curves = Record<string, Record<string, number[][]>>

/** The logarithm of a regret of nothing would be endless. */
const SMALLEST = 1e-4

/** @returns the median regret of each tuner by trial, a panel for each function, as SVG */
export function regretPlot(curves: Curves): Promise<string> {
  const values = Object.entries(curves).flatMap(([name, byTuner]) =>
    Object.entries(byTuner).flatMap(([oracle, runs]) =>
      runs[0].map((_, t) => {
        const regrets = runs.map((run) => run[t])
        return { name, oracle, trial: t + 1, regret: Math.max(SMALLEST, quartiles(regrets)[1]) }
      }),
    ),
  )
  return toSvg({
    data: { values },
    facet: { column: { field: 'name', type: 'nominal', title: null } },
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: 250,
      height: 220,
      mark: { type: 'line' },
      encoding: {
        x: { field: 'trial', type: 'quantitative' },
        y: { field: 'regret', type: 'quantitative', scale: { type: 'log' }, title: 'median regret' },
        color: { field: 'oracle', type: 'nominal', title: null, scale: { range: COLOURS } },
      },
    },
  })
}
