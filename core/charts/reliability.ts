/** The chart of how honest probabilities are, for reports and the page: a specification of vega.github.io/vega-lite. */
import type { ReliabilityBin } from '../contract/card.ts'

const SHARE = { domain: [0, 1] }

/**
 * @param bins those without images are left out
 * @returns a panel, without a size: each bin as a dot with its 95 % interval and its count; bins are not joined, because what
 *   lies between them was not seen
 */
export function reliabilityPanel(bins: readonly ReliabilityBin[]): object {
  const values = bins.filter(({ count }) => count > 0)
  const x = {
    field: 'meanScore',
    type: 'quantitative',
    title: 'predicted probability of any finding',
    scale: SHARE,
  }
  return {
    title: 'Reliability',
    layer: [
      {
        data: {
          values: [
            { meanScore: 0, positiveShare: 0 },
            { meanScore: 1, positiveShare: 1 },
          ],
        },
        mark: { type: 'line', strokeDash: [4, 4], color: '#999' },
        encoding: { x, y: { field: 'positiveShare', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'rule' },
        encoding: { x, y: { field: 'least', type: 'quantitative' }, y2: { field: 'most' } },
      },
      {
        data: { values },
        mark: { type: 'circle', opacity: 1, size: 70 },
        encoding: {
          x,
          y: { field: 'positiveShare', type: 'quantitative', title: 'share that is one', scale: SHARE },
          tooltip: [{ field: 'count', title: 'images' }],
        },
      },
      {
        data: { values },
        mark: { type: 'text', dx: 8, dy: 10, align: 'left', fontSize: 10 },
        encoding: { x, y: { field: 'positiveShare', type: 'quantitative' }, text: { field: 'count' } },
      },
    ],
  }
}
