/** The chart of how well a model ranks, for reports and the page: a specification of vega.github.io/vega-lite. */

/** A curve is of one name: `[x, y]` points in order, and the threshold that is used as one of them. */
export type RankingLine = { name: string; points: [x: number, y: number][]; dot?: [x: number, y: number] }

const SHARE = { domain: [0, 1] }

/**
 * @param axes what the two axes are of
 * @returns a panel, without a size
 */
export function rankingPanel(
  title: string,
  axes: { x: string; y: string },
  lines: readonly RankingLine[],
): object {
  const rows = lines.flatMap(({ name, points }) =>
    points.map(([x, y], order) => ({ name, x: round(x), y: round(y), order })),
  )
  const dots = lines.flatMap(({ name, dot }) => (dot ? [{ name, x: round(dot[0]), y: round(dot[1]) }] : []))
  const legend = lines.length > 1 ? { orient: 'bottom', columns: 1, labelLimit: 320 } : null
  return {
    title,
    encoding: {
      x: { field: 'x', type: 'quantitative', title: axes.x, scale: SHARE },
      y: { field: 'y', type: 'quantitative', title: axes.y, scale: SHARE },
      color: { field: 'name', type: 'nominal', title: null, legend },
    },
    layer: [
      {
        data: { values: rows },
        mark: { type: 'line', interpolate: 'linear' },
        encoding: { order: { field: 'order', type: 'quantitative' } },
      },
      // What a pointer finds on a line.
      {
        data: {
          values: lines.flatMap(({ name, points }) =>
            thinned(points).map(([x, y]) => ({ name, x: round(x), y: round(y) })),
          ),
        },
        mark: { type: 'circle', opacity: 0, size: 60, tooltip: true },
      },
      { data: { values: dots }, mark: { type: 'point', filled: true, size: 90, tooltip: true } },
    ],
  }
}

/** As many points as a pointer can tell apart. */
const thinned = <T>(points: readonly T[]): T[] =>
  points.filter((_, i) => i % Math.ceil(points.length / 100) === 0)

const round = (value: number): number => Number(value.toFixed(4))
