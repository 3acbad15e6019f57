import type { AuditEntry, Channel } from '@zoidberg/core/channels.ts'
import { percent } from '../words.ts'
import type { Act } from './admin.tsx'
import { Button } from './button.tsx'
import { type Session, useNewest } from './session.ts'

const MOST_CHANNELS = 20
const MOST_ENTRIES = 5
const DAYS = 7

type Named = Channel & { id: string }

export function Channels({ session, act }: { session: Session; act: Act }) {
  const channels = useNewest<Channel>(session, 'channels', null, MOST_CHANNELS)
  return (
    <section aria-label="Channels">
      <h2>Channels</h2>
      {channels.map((channel) => (
        <ChannelCard key={channel.id} session={session} channel={channel} act={act} />
      ))}
    </section>
  )
}

function ChannelCard({ session, channel, act }: { session: Session; channel: Named; act: Act }) {
  const { id, modelId, previousModelId, canary, updatedBy, updatedAt } = channel
  const models = [modelId, ...(canary ? [canary.modelId] : [])]
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
      <p className="actions">
        {previousModelId && (
          <Button onClick={() => act('rollback', { channel: id }, `${id} is back at ${previousModelId}.`)}>
            Roll back
          </Button>
        )}
        {canary && (
          <Button onClick={() => act('setCanary', { channel: id, percent: 0 }, 'The canary has ended.')}>
            End canary
          </Button>
        )}
      </p>
      <table>
        <thead>
          <tr>
            <th>{DAYS} days</th>
            <th>requests</th>
            <th>errors</th>
            <th>mean ms</th>
            <th>positive</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <Counted key={model} session={session} modelId={model} />
          ))}
        </tbody>
      </table>
      <Audit session={session} channel={id} />
    </article>
  )
}

type Day = { day: string; requests: number; errors: number; milliseconds: number; positives: number }

function Counted({ session, modelId }: { session: Session; modelId: string }) {
  const newest = useNewest<Day>(session, `counters/${modelId}/days`, 'day', DAYS)
  // A day without requests has no document, so the newest may be of months ago.
  const since = new Date(Date.now() - (DAYS - 1) * 86_400_000).toISOString().slice(0, 10)
  const days = newest.filter(({ day }) => day >= since)
  const sum = (take: (day: Day) => number) => days.reduce((total, day) => total + take(day), 0)
  const [requests, errors] = [sum((day) => day.requests), sum((day) => day.errors)]
  const answered = requests - errors
  return (
    <tr>
      <th>{modelId}</th>
      <td>{requests}</td>
      <td>{errors}</td>
      <td>{answered > 0 ? (sum((day) => day.milliseconds) / answered).toFixed(0) : '–'}</td>
      <td>{answered > 0 ? percent(sum((day) => day.positives) / answered) : '–'}</td>
    </tr>
  )
}

function Audit({ session, channel }: { session: Session; channel: string }) {
  const entries = useNewest<AuditEntry>(session, `channels/${channel}/audit`, 'at', MOST_ENTRIES)
  if (entries.length === 0) return null
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
