/** The plot of how honest probabilities are. */
import { reliability } from '../metrics/binary.ts'
import { COLOURS, PANEL, toSvg, UNIT } from './chart.ts'

/**
 * Draws how often what is called p is p.
 *
 * @param truth 1 for pneumonia
 * @param score P(pneumonia)
 * @returns an SVG text
 */
export function reliabilityPlot(truth: number[], score: number[]): Promise<string> {
  const values = reliability(truth, score).filter(({ count }) => count > 0)
  return toSvg({
    title: 'Reliability',
    ...PANEL,
    layer: [
      {
        data: {
          values: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
        mark: { type: 'line', strokeDash: [4, 4], color: '#999' },
        encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'line', color: COLOURS[0] },
        encoding: {
          x: {
            field: 'meanScore',
            type: 'quantitative',
            title: 'predicted probability of pneumonia',
            scale: UNIT,
          },
          y: { field: 'positiveShare', type: 'quantitative', title: 'share that is pneumonia', scale: UNIT },
        },
      },
      {
        data: { values },
        mark: { type: 'circle', color: COLOURS[0], opacity: 1 },
        encoding: {
          x: { field: 'meanScore', type: 'quantitative' },
          y: { field: 'positiveShare', type: 'quantitative' },
          size: { field: 'count', type: 'quantitative', title: 'images' },
        },
      },
    ],
  })
}
