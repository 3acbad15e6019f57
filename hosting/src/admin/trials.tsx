import { useState } from 'react'
import { useSpeech } from '../words/speak.ts'
import { type Session, useNewest } from './session.ts'

/** What a search stores of a trial, as far as the page shows it. */
type Trial = {
  values: Record<string, number | string>
  state: string
  score: number | null
  seconds: number | null
}
/** As many as a search may have. */
const MAX_TRIALS = 1000

/** The trials of a search, the best first; watched while they are open. */
export function Trials({ session, runId }: { session: Session; runId: string }) {
  const { t } = useSpeech()
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('trials.heading')}</summary>
      {isOpen && <Table session={session} runId={runId} />}
    </details>
  )
}

function Table({ session, runId }: { session: Session; runId: string }) {
  const { t, number } = useSpeech()
  const trials = useNewest<Trial>(session, `runs/${runId}/trials`, null, MAX_TRIALS)
  if (!trials) return <p className="hint">{t('app.loading')}</p>
  const settings = [...new Set(trials.flatMap(({ values }) => Object.keys(values)))]
  const score = (trial: Trial) => trial.score ?? Number.NEGATIVE_INFINITY
  const write = (value: number | string | undefined) =>
    typeof value === 'number' ? number(String(Number(value.toPrecision(3)))) : (value ?? '–')
  return (
    <div className="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('trials.trial')}</th>
            <th scope="col">{t('trials.score')}</th>
            {settings.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">{t('trials.seconds')}</th>
            <th scope="col">{t('trials.state')}</th>
          </tr>
        </thead>
        <tbody>
          {[...trials]
            .sort((a, b) => score(b) - score(a))
            .map(({ id, values, state, score: reached, seconds }) => (
              <tr key={id}>
                <th scope="row">{Number(id)}</th>
                <td>{reached === null ? '–' : number(reached.toFixed(4))}</td>
                {settings.map((name) => (
                  <td key={name}>{write(values[name])}</td>
                ))}
                <td>{seconds === null ? '–' : number(seconds.toFixed(0))}</td>
                <td>{t(`trials.${state}`, { defaultValue: state })}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  )
}
