/** The chart of a figure by epoch, for reports and the admin page: a specification of vega.github.io/vega-lite. */

/** One epoch, counted from 1. */
export type EpochPoint = { epoch: number; training: number; validation: number }

/**
 * @param title what the figure is
 * @param best the epoch to mark
 * @returns a panel, without a size
 */
export function epochsPanel(title: string, epochs: readonly EpochPoint[], best: number): object {
  const epoch = { field: 'epoch', type: 'quantitative' }
  const mark = { data: { values: [{ epoch: best }] }, encoding: { x: epoch } }
  return {
    title,
    layer: [
      {
        data: {
          values: epochs.flatMap(({ epoch: at, training, validation }) => [
            { epoch: at, value: round(training), part: 'training' },
            { epoch: at, value: round(validation), part: 'validation' },
          ]),
        },
        // Points say their figures to a pointer, also where there are too many to show.
        mark: { type: 'line', point: epochs.length < 40 ? { tooltip: true } : { tooltip: true, opacity: 0 } },
        encoding: {
          x: { ...epoch, title: 'epoch', axis: { tickMinStep: 1 } },
          y: { field: 'value', type: 'quantitative', title, scale: { zero: false } },
          color: { field: 'part', type: 'nominal', title: null },
        },
      },
      { ...mark, mark: { type: 'rule', strokeDash: [4, 4] } },
      { ...mark, mark: { type: 'text', text: `best: ${best}`, y: 0, dy: 12, dx: -4, align: 'right' } },
    ],
  }
}

const round = (value: number): number => Number(value.toFixed(4))
