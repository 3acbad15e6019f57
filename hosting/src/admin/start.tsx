import { forecastOf } from '@zoidberg/core/contract/cost.ts'
import type { RunState } from '@zoidberg/core/contract/run.ts'
import { type FormEvent, useState } from 'react'
import { PlainError } from '../words/plain-error.ts'
import { useSpeech } from '../words/speak.ts'
import type { Act } from './act.ts'
import { useDatasets } from './datasets.ts'
import { COMMANDS, type Command, configOf, fieldsOf } from './form.ts'
import { Setting } from './setting.tsx'
import { duration } from './times.ts'

const ENDED = ['failed', 'cancelled']
/** What is asked for at once; everything else lies under "More settings". */
const FIRST = [
  'dataset',
  'model',
  'modelId',
  'algorithm',
  'tuner',
  'epochs',
  'size',
  'trials',
  'tasks',
  'seed',
]

/** The form that starts a run. */
export function Start({ act, onError }: { act: Act; onError(cause: unknown): void }) {
  const { t, number } = useSpeech()
  const datasets = useDatasets(onError)
  const [filledIn, setFilledIn] = useState<Record<string, unknown>>({})
  const [command, setCommand] = useState<Command>('train')
  const [isBusy, setBusy] = useState(false)
  /** Stays while a start fails and nothing is changed, so that trying again never starts two. */
  const [requestId, setRequestId] = useState(() => crypto.randomUUID())
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    const data = { requestId, config: configOf(command, form), alongside: form.get('alongside') === 'on' }
    await act('retrain', data, (answer) => {
      setRequestId(crypto.randomUUID())
      const state = t(`states.${answer.state as RunState}`)
      // A try before this one got as far as that.
      if (ENDED.includes(answer.state)) throw new PlainError('start.ended', { state })
      return t('start.is', { state })
    })
    setBusy(false)
  }
  const changed = (event: FormEvent<HTMLFormElement>) => {
    setRequestId(crypto.randomUUID())
    setFilledIn(configOf(command, new FormData(event.currentTarget)))
  }
  // The data sets may come after somebody has filled the form in.
  const isOfCommand = filledIn.command === command
  const images = isOfCommand ? datasets?.find(({ name }) => name === filledIn.dataset)?.images : undefined
  const forecast = images === undefined ? undefined : forecastOf(filledIn, images)
  const fields = fieldsOf(command)
  const first = fields.filter(({ name }) => FIRST.includes(name))
  const more = fields.filter(({ name }) => !FIRST.includes(name))
  return (
    <section aria-label={t('start.heading')}>
      <h2>{t('start.heading')}</h2>
      <form className="settings" onSubmit={submit} onChange={changed}>
        <label>
          {t('start.what')}
          <select value={command} onChange={({ target }) => setCommand(target.value as Command)}>
            {COMMANDS.map((name) => (
              <option key={name} value={name}>
                {t(`start.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <div className="fields">
          {first.map((field) => (
            <Setting key={field.name} field={field} known={field.name === 'dataset' ? datasets : undefined} />
          ))}
          {more.length > 0 && (
            <details>
              <summary>{t('start.more')}</summary>
              {more.map((field) => (
                <Setting key={field.name} field={field} />
              ))}
            </details>
          )}
        </div>
        <label className="check">
          <input name="alongside" type="checkbox" /> {t('start.alongside')}
        </label>
        {forecast && (
          <p className="fine" data-testid="forecast">
            {t('start.forecast', {
              images,
              time: duration(t, 1000 * forecast.seconds),
              dollars: number(forecast.dollars.toFixed(2)),
            })}
          </p>
        )}
        <button type="submit" disabled={isBusy}>
          {t('start.start')}
        </button>
      </form>
    </section>
  )
}
