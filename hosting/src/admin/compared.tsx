import { useSpeech } from '../words/speak.ts'
import { type Comparison, FIGURES, restOfSentence, verdictWords } from './comparison.ts'

/** How a run's model compares with the one that answered then. */
export function Compared({ comparison }: { comparison: Comparison }) {
  const { t, number } = useSpeech()
  const { differences, mcnemar } = comparison
  /** In points; a dash where a figure has no value, as a sensitivity without pneumonias. */
  const points = (value: number): string =>
    Number.isFinite(value) ? number(`${value >= 0 ? '+' : '−'}${Math.abs(100 * value).toFixed(1)}`) : '–'
  return (
    <>
      <p data-testid="comparison">
        <strong>{verdictWords(t, comparison)}</strong>
        {restOfSentence(t, comparison)}
      </p>
      {differences && (
        <table>
          <thead>
            <tr>
              <th>{t('compared.points')}</th>
              <th>{t('compared.difference')}</th>
              <th>{t('compared.interval')}</th>
            </tr>
          </thead>
          <tbody>
            {FIGURES.map((name) => {
              const difference = differences[name]
              if (!difference) return null
              const [low, high] = difference.interval.map(points)
              return (
                <tr key={name}>
                  <th>{t(`compared.${name}`)}</th>
                  <td>{points(difference.value)}</td>
                  <td>{t('answer.interval', { low, high })}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {mcnemar && (
        <p className="fine">
          {t('compared.mcnemar', {
            candidate: mcnemar.onlyCandidate,
            incumbent: mcnemar.onlyIncumbent,
            p: number(mcnemar.p.toPrecision(2)),
          })}
        </p>
      )}
    </>
  )
}
