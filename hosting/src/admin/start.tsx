import { NETWORK_NAMES, TUNERS } from '@zoidberg/core/contract/run.ts'
import { type FormEvent, useState } from 'react'
import { PlainError } from '../errors.ts'
import type { Act } from './act.ts'

const COMMANDS = {
  train: 'Train a model',
  tune: 'Search hyperparameters',
  baseline: 'Compare classical algorithms',
}
type Command = keyof typeof COMMANDS
const ENDED = ['failed', 'cancelled']

/** What the form holds, as `retrain` takes it; what is left empty is left out. */
function configOf(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const number = (name: string) => (text(name) === '' ? undefined : Number(text(name)))
  const command = text('command') as Command
  const shared = { command, dataset: text('dataset'), seed: number('seed') }
  const network = { model: text('model'), size: number('size'), epochs: number('epochs') }
  const kinds = {
    train: {
      ...network,
      set: text('set').split(/\s+/).filter(Boolean),
      gallery: form.get('gallery') === 'on',
      promoteAbove: number('margin') === undefined ? null : (number('margin') as number) / 100,
    },
    tune: { ...network, tuner: text('tuner'), trials: number('trials'), tasks: number('tasks') },
    baseline: {},
  }
  const config = { ...shared, ...kinds[command] }
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined))
}

/** The form that starts a run. */
export function Start({ act }: { act: Act }) {
  const [command, setCommand] = useState<Command>('train')
  const [isBusy, setBusy] = useState(false)
  /** Stays while a start fails and nothing is changed, so that trying again never starts two. */
  const [requestId, setRequestId] = useState(() => crypto.randomUUID())
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    const data = { requestId, config: configOf(form), alongside: form.get('alongside') === 'on' }
    await act('retrain', data, ({ state }) => {
      setRequestId(crypto.randomUUID())
      // A try before this one got as far as that.
      if (ENDED.includes(state))
        throw new PlainError(`That run has ${state} already. Press Start again for a new one.`)
      return `The run is ${state}.`
    })
    setBusy(false)
  }
  return (
    <section aria-label="Start a run">
      <h2>Start a run</h2>
      <form className="settings" onSubmit={submit} onChange={() => setRequestId(crypto.randomUUID())}>
        <label>
          What
          <select
            name="command"
            value={command}
            onChange={({ target }) => setCommand(target.value as Command)}
          >
            {Object.entries(COMMANDS).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          Data set, a folder of datasets/ in the bucket
          <input name="dataset" required pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" placeholder="chest_xray" />
        </label>
        {command !== 'baseline' && (
          <div className="pair">
            <label>
              Model
              <select name="model" defaultValue="default">
                {NETWORK_NAMES.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <label>
              Epochs
              <input name="epochs" type="number" min="1" max="1000" placeholder="the model's own" />
            </label>
            <label>
              Pixels a side
              <input name="size" type="number" min="16" max="512" placeholder="the model's own" />
            </label>
            <label>
              Seed
              <input name="seed" type="number" min="0" placeholder="1" />
            </label>
          </div>
        )}
        {command === 'train' && (
          <details>
            <summary>More</summary>
            <label>
              Settings, as name=value
              <input name="set" placeholder="learningRate=0.001 augmentation=strong" />
            </label>
            <label>
              Promote by itself if better by so many points of accuracy at least; never if empty
              <input name="margin" type="number" min="0" max="100" step="0.1" />
            </label>
            <label className="check">
              <input name="gallery" type="checkbox" /> show validation images to everybody (public data only)
            </label>
          </details>
        )}
        {command === 'tune' && (
          <div className="pair">
            <label>
              Tuner
              <select name="tuner">
                {TUNERS.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <label>
              Trials
              <input name="trials" type="number" min="1" max="1000" placeholder="20" />
            </label>
            <label>
              Tasks at a time
              <input name="tasks" type="number" min="1" max="20" placeholder="1" />
            </label>
          </div>
        )}
        <label className="check">
          <input name="alongside" type="checkbox" /> also beside another run of the same data
        </label>
        <button type="submit" disabled={isBusy}>
          Start
        </button>
      </form>
    </section>
  )
}
