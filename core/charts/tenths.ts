/** The chart of what a model answers beside what it answered on validation: a specification of vega.github.io/vega-lite. */

/**
 * @param groups counts by tenths of the probability of any finding, from the lowest on
 * @returns a panel, without a size: the share of each tenth, side by side
 */
export function tenthsPanel(groups: readonly { name: string; tenths: readonly number[] }[]): object {
  const values = groups.flatMap(({ name, tenths }) => {
    const total = tenths.reduce((sum, count) => sum + count, 0)
    return tenths.map((count, i) => ({
      name,
      from: `${10 * i} %`,
      images: count,
      share: total === 0 ? 0 : Number((count / total).toFixed(4)),
    }))
  })
  return {
    title: 'Probabilities',
    data: { values },
    mark: { type: 'bar', tooltip: true },
    encoding: {
      x: {
        field: 'from',
        type: 'nominal',
        sort: null,
        title: 'probability of any finding, from',
        axis: { labelAngle: 0 },
      },
      xOffset: { field: 'name', sort: null },
      // Most lie at both ends; what is between them would not be seen.
      y: { field: 'share', type: 'quantitative', title: 'share of the images', scale: { type: 'sqrt' } },
      color: {
        field: 'name',
        type: 'nominal',
        title: null,
        sort: null,
        legend: { orient: 'bottom', columns: 1 },
      },
      tooltip: [{ field: 'name' }, { field: 'from' }, { field: 'images' }, { field: 'share' }],
    },
  }
}
