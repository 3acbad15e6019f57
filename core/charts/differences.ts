/** The chart of how models differ from one, for reports and the page: a specification of vega.github.io/vega-lite. */

/** A difference of two shares, candidate minus incumbent, with its 95 % interval; all in [-1, 1]. */
export type DifferenceRow = { name: string; figure: string; value: number; low: number; high: number }

/**
 * @param against the name of what the others are compared with
 * @param rows those without a value are left out
 * @returns a chart with a row for each figure: each model as a dot with its interval, in points; what crosses 0 may be chance
 */
export function differencesChart(against: string, rows: readonly DifferenceRow[]): object {
  const points = (share: number) => Number((100 * share).toFixed(2))
  const values = rows
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, low, high, ...row }) => ({
      ...row,
      value: points(value),
      low: points(low),
      high: points(high),
    }))
  const title = `minus ${against}, in points, with 95 % intervals`
  const y = { field: 'figure', type: 'nominal', title: null, sort: null }
  const offset = { field: 'name', type: 'nominal', sort: null }
  const several = new Set(values.map(({ name }) => name)).size > 1
  const colour = {
    field: 'name',
    type: 'nominal',
    title: null,
    legend: several ? { orient: 'bottom', columns: 1, labelLimit: 320 } : null,
  }
  return {
    title: 'Paired differences',
    width: 420,
    height: { step: several ? 18 : 32 },
    data: { values },
    encoding: { y, yOffset: several ? offset : undefined, color: colour },
    layer: [
      {
        data: { values: [{}] },
        mark: { type: 'rule', strokeDash: [4, 4], color: '#666' },
        encoding: { x: { datum: 0 }, y: null, yOffset: null, color: null },
      },
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x: { field: 'low', type: 'quantitative', title }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'circle', size: 70, opacity: 1 },
        encoding: {
          x: { field: 'value', type: 'quantitative', title },
          tooltip: [{ field: 'low' }, { field: 'high' }],
        },
      },
    ],
  }
}
