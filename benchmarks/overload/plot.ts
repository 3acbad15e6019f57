import { COLOURS, toSvg } from '@zoidberg/training/plots/chart.ts'
import type { Result } from './table.ts'

/** @returns what was answered and refused, how fast, and the server's memory, second by second, as SVG */
export function plot({ seconds }: Result): Promise<string> {
  const values = seconds.flatMap(({ answered, refused, p95, mebibytes }, second) => [
    { second, panel: 'a second', what: 'answered', value: answered },
    { second, panel: 'a second', what: 'refused', value: refused },
    { second, panel: '95th percentile (ms)', what: 'of what is answered', value: p95 ?? 0 },
    { second, panel: 'memory (MiB)', what: 'of the server', value: mebibytes },
  ])
  return toSvg({
    data: { values },
    facet: { row: { field: 'panel', type: 'nominal', title: null, sort: null } },
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: 480,
      height: 110,
      mark: 'line',
      encoding: {
        x: { field: 'second', type: 'quantitative', title: 'second' },
        y: { field: 'value', type: 'quantitative', title: null },
        color: { field: 'what', type: 'nominal', title: null, sort: null, scale: { range: COLOURS } },
      },
    },
  })
}
