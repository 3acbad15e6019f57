/** The plot of a confusion matrix. */
import { toSvg } from './chart.ts'

/**
 * Draws a confusion matrix as a heat map of row shares, with counts.
 *
 * @param matrix `matrix[t][p]`: how often class `t` was called `p`
 * @param labels of its classes
 * @returns an SVG text
 */
export function confusionPlot(matrix: number[][], labels: readonly string[], title: string): Promise<string> {
  const values = matrix.flatMap((row, t) =>
    row.map((count, p) => ({
      truth: labels[t],
      called: labels[p],
      count,
      share:
        count /
        Math.max(
          1,
          row.reduce((a, b) => a + b, 0),
        ),
    })),
  )
  const encoding = {
    x: {
      field: 'called',
      type: 'nominal' as const,
      title: 'called',
      sort: [...labels],
      axis: { labelAngle: 0 },
    },
    y: { field: 'truth', type: 'nominal' as const, title: 'is', sort: [...labels] },
  }
  return toSvg({
    title,
    data: { values },
    width: 90 * labels.length,
    height: 70 * labels.length,
    layer: [
      {
        mark: 'rect',
        encoding: {
          ...encoding,
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], scheme: 'blues' },
            title: 'share of row',
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 16 },
        encoding: {
          ...encoding,
          text: { field: 'count' },
          color: { condition: { test: 'datum.share > 0.55', value: 'white' }, value: 'black' },
        },
      },
    ],
  })
}
