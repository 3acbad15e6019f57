import { type Comparison, FIGURE_WORDS, type Figure, restOfSentence, verdictWords } from './comparison.ts'

/** Differences of two shares, in points; a dash where a figure has no value, as a sensitivity without pneumonias. */
const points = (...values: number[]): string =>
  values.every(Number.isFinite)
    ? values.map((value) => `${value >= 0 ? '+' : '−'}${Math.abs(100 * value).toFixed(1)}`).join(' to ')
    : '–'

/** How a run's model compares with the one that answered then. */
export function Compared({ comparison }: { comparison: Comparison }) {
  const { differences, mcnemar } = comparison
  return (
    <>
      <p data-testid="comparison">
        <strong>{verdictWords(comparison)}</strong>
        {restOfSentence(comparison)}
      </p>
      {differences && (
        <table>
          <thead>
            <tr>
              <th>points of</th>
              <th>difference</th>
              <th>95 % interval</th>
            </tr>
          </thead>
          <tbody>
            {(Object.keys(FIGURE_WORDS) as Figure[]).map((name) => {
              const difference = differences[name]
              return (
                difference && (
                  <tr key={name}>
                    <th>{FIGURE_WORDS[name]}</th>
                    <td>{points(difference.value)}</td>
                    <td>{points(...difference.interval)}</td>
                  </tr>
                )
              )
            })}
          </tbody>
        </table>
      )}
      {mcnemar && (
        <p className="fine">
          Only this model is right on {mcnemar.onlyCandidate} images, only the other on{' '}
          {mcnemar.onlyIncumbent}; McNemar p = {mcnemar.p.toPrecision(2)}.
        </p>
      )}
    </>
  )
}
