/** The plot of how honest probabilities are. */
import { reliabilityPanel } from '@zoidberg/core/charts/reliability.ts'
import type { ReliabilityBin } from '@zoidberg/core/contract/card.ts'
import { PANEL, toSvg } from './chart.ts'

/**
 * Draws how often what is called p is p.
 *
 * @returns an SVG text
 */
export const reliabilityPlot = (bins: readonly ReliabilityBin[]): Promise<string> =>
  toSvg({ ...PANEL, ...reliabilityPanel(bins) })
