/** The plot of how models differ from one on the same images. */
import { differencesChart } from '@zoidberg/core/charts/differences.ts'
import { COMPARED_FIGURES, type ComparedFigure, type Comparison } from '@zoidberg/core/contract/comparison.ts'
import { toSvg } from './chart.ts'

/**
 * Draws the paired differences of models from one, with intervals.
 *
 * @param against the name of the one
 * @param words what people call each figure
 * @returns an SVG text
 */
export const differencesPlot = (
  against: string,
  comparisons: readonly ({ name: string } & Pick<Comparison, 'differences'>)[],
  words: Record<ComparedFigure, string>,
): Promise<string> =>
  toSvg(
    differencesChart(
      against,
      COMPARED_FIGURES.flatMap((figure) =>
        comparisons.map(({ name, differences }) => {
          const {
            value,
            interval: [low, high],
          } = differences[figure]
          return { name, figure: words[figure], value, low, high }
        }),
      ),
    ),
  )
