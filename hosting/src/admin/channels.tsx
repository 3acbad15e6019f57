import type { AuditEntry } from '@zoidberg/core/contract/channel.ts'
import { ratePercent } from '@zoidberg/core/contract/percent.ts'
import { type Day, percentileOf, useCounters } from './counters.ts'
import { EndCanary, type Mover, type Named, RollBack } from './moves.tsx'
import { type Session, useNewest } from './session.ts'

const MAX_ENTRIES = 5
const DAYS = 7

type Shared = Mover & { session: Session }

/** What answers on each channel, and how it did in the last days. */
export function Channels({ channels, ...shared }: Shared & { channels: Named[] | undefined }) {
  return (
    <section aria-label="Channels">
      <h2>Channels</h2>
      {channels?.length === 0 && <p className="hint">No model answers yet.</p>}
      {channels?.map((channel) => (
        <ChannelCard key={channel.id} channel={channel} {...shared} />
      ))}
    </section>
  )
}

function ChannelCard({ session, channel, by, act }: Shared & { channel: Named }) {
  const { id, modelId, previousModelId, canary, updatedBy, updatedAt } = channel
  const models = [modelId, ...(canary ? [canary.modelId] : [])]
  const counted = useCounters(models, session.onError)
  return (
    <article aria-label={`Channel ${id}`}>
      <h3>{id}</h3>
      <dl className="facts">
        <dt>answers</dt>
        <dd data-testid="model">{modelId}</dd>
        <dt>before</dt>
        <dd>{previousModelId ?? 'none'}</dd>
        <dt>canary</dt>
        <dd data-testid="canary">
          {canary ? `${canary.modelId}, ${canary.percent} % of the callers` : 'none'}
        </dd>
      </dl>
      <p className="fine">
        {new Date(updatedAt).toLocaleString()} by {updatedBy}
      </p>
      <div className="actions">
        {previousModelId && <RollBack channel={channel} by={by} act={act} />}
        {canary && <EndCanary channel={channel} by={by} act={act} />}
      </div>
      <table>
        <thead>
          <tr>
            <th>{DAYS} days</th>
            <th>requests</th>
            <th>errors</th>
            <th>mean ms</th>
            <th>95 % of answers, ms</th>
            <th>positive</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <Counted key={model} modelId={model} newest={counted} />
          ))}
        </tbody>
      </table>
      <Audit session={session} channel={id} />
    </article>
  )
}

function Counted({ modelId, newest = [] }: { modelId: string; newest: Day[] | undefined }) {
  // A day without requests has no document, so the newest may be of months ago.
  const since = new Date(Date.now() - (DAYS - 1) * 86_400_000).toISOString().slice(0, 10)
  const days = newest.filter(({ modelId: id, day }) => id === modelId && day >= since)
  const sum = (take: (day: Day) => number) => days.reduce((total, day) => total + take(day), 0)
  const [requests, errors] = [sum((day) => day.requests), sum((day) => day.errors)]
  const answered = requests - errors
  return (
    <tr>
      <th>{modelId}</th>
      <td>{requests}</td>
      <td>{errors}</td>
      <td>{answered > 0 ? (sum((day) => day.milliseconds) / answered).toFixed(0) : '–'}</td>
      <td>{percentileOf(days, 0.95)}</td>
      <td>{answered > 0 ? ratePercent(sum((day) => day.positives) / answered) : '–'}</td>
    </tr>
  )
}

function Audit({ session, channel }: { session: Session; channel: string }) {
  const entries = useNewest<AuditEntry>(session, `channels/${channel}/audit`, 'at', MAX_ENTRIES)
  if (!entries?.length) return null
  return (
    <details>
      <summary>Who moved it</summary>
      <ul className="audit">
        {entries.map(({ id, at, action, by, from, to, why }) => (
          <li key={id}>
            {new Date(at).toLocaleString()} {action} by {by}:{' '}
            {action === 'canary'
              ? to.canary
                ? `${to.canary.modelId} ${to.canary.percent} %`
                : 'ended'
              : `${from?.modelId ?? 'nothing'} → ${to.modelId}`}
            {why && ` (${why})`}
          </li>
        ))}
      </ul>
    </details>
  )
}
