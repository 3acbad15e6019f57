import { COLOURS, toSvg } from '@zoidberg/training/plots/chart.ts'
import { BINS_MS, type Result } from './table.ts'

/** @returns histograms of the latency of each server, one panel for each number of clients, as SVG */
export function plot({ servers }: Result): Promise<string> {
  const values = servers.flatMap(({ name, loads }) =>
    loads.flatMap(({ clients, histogram }) => {
      const answers = histogram.reduce((a, b) => a + b, 0)
      return histogram.map((count, i) => ({
        name,
        clients: `${clients} client${clients > 1 ? 's' : ''}`,
        milliseconds: BINS_MS[i],
        share: count / answers,
      }))
    }),
  )
  return toSvg({
    data: { values: values.filter(({ milliseconds }) => milliseconds >= 4) },
    facet: { row: { field: 'clients', type: 'nominal', title: null, sort: null } },
    spec: {
      width: 420,
      height: 110,
      mark: { type: 'line', interpolate: 'step-after' },
      encoding: {
        x: { field: 'milliseconds', type: 'quantitative', scale: { type: 'log' }, title: 'latency (ms)' },
        y: { field: 'share', type: 'quantitative', axis: { format: '%' }, title: 'answers' },
        color: { field: 'name', type: 'nominal', title: null, sort: null, scale: { range: COLOURS } },
      },
    },
  })
}
