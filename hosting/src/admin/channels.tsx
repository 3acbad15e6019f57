import type { AuditEntry } from '@zoidberg/core/contract/channel.ts'
import { useSpeech } from '../words/speak.ts'
import { type Day, percentileOf, useCounters } from './counters.ts'
import { EndCanary, type Mover, type Named, RollBack } from './moves.tsx'
import { type Session, useNewest } from './session.ts'
import { Watching } from './watching.tsx'

const MAX_ENTRIES = 5
const DAYS = 7

type Shared = Mover & { session: Session; say(cause: unknown): void }

/** What answers on each channel, and how it did in the last days. */
export function Channels({ channels, ...shared }: Shared & { channels: Named[] | undefined }) {
  const { t } = useSpeech()
  return (
    <section aria-label={t('channels.heading')}>
      <h2>{t('channels.heading')}</h2>
      {channels?.length === 0 && <p className="hint">{t('channels.empty')}</p>}
      {channels?.map((channel) => (
        <ChannelCard key={channel.id} channel={channel} {...shared} />
      ))}
    </section>
  )
}

function ChannelCard({ session, channel, by, act, say }: Shared & { channel: Named }) {
  const { t, moment } = useSpeech()
  const { id, modelId, previousModelId, canary, updatedBy, updatedAt } = channel
  const models = [modelId, ...(canary ? [canary.modelId] : [])]
  const counted = useCounters(models, session.onError)
  return (
    <article aria-label={t('channels.region', { id })}>
      <h3>{id}</h3>
      <dl className="facts">
        <dt>{t('channels.answers')}</dt>
        <dd data-testid="model">{modelId}</dd>
        <dt>{t('channels.before')}</dt>
        <dd>{previousModelId ?? t('admin.none')}</dd>
        <dt>{t('channels.canary')}</dt>
        <dd data-testid="canary">
          {canary ? t('channels.share', { id: canary.modelId, percent: canary.percent }) : t('admin.none')}
        </dd>
      </dl>
      <p className="fine">{t('channels.by', { when: moment(updatedAt), who: updatedBy })}</p>
      <div className="actions">
        {previousModelId && <RollBack channel={channel} by={by} act={act} />}
        {canary && <EndCanary channel={channel} by={by} act={act} />}
      </div>
      <table className="counted">
        <caption>{t('channels.days', { days: DAYS })}</caption>
        <thead>
          <tr>
            <th>{t('channels.requests')}</th>
            <th>{t('channels.errors')}</th>
            <th>{t('channels.mean')}</th>
            <th>{t('channels.percentile')}</th>
            <th>{t('channels.positive')}</th>
          </tr>
        </thead>
        {models.map((model) => (
          <Counted key={model} modelId={model} newest={counted} />
        ))}
      </table>
      {models.map((model) => (
        <Watching key={model} modelId={model} days={newestOf(counted, model)} onError={say} />
      ))}
      <Audit session={session} channel={id} />
    </article>
  )
}

/** @returns the days of a model that are shown */
function newestOf(counted: readonly Day[] | undefined, modelId: string): Day[] {
  // A day without requests has no document, so the newest may be of months ago.
  const since = new Date(Date.now() - (DAYS - 1) * 86_400_000).toISOString().slice(0, 10)
  return (counted ?? []).filter(({ modelId: id, day }) => id === modelId && day >= since)
}

function Counted({ modelId, newest }: { modelId: string; newest: Day[] | undefined }) {
  const { rate } = useSpeech()
  const days = newestOf(newest, modelId)
  const sum = (take: (day: Day) => number) => days.reduce((total, day) => total + take(day), 0)
  const [requests, errors] = [sum((day) => day.requests), sum((day) => day.errors)]
  const answered = requests - errors
  return (
    <tbody>
      <tr>
        <th colSpan={5} scope="rowgroup">
          {modelId}
        </th>
      </tr>
      <tr>
        <td>{requests}</td>
        <td>{errors}</td>
        <td>{answered > 0 ? (sum((day) => day.milliseconds) / answered).toFixed(0) : '–'}</td>
        <td>{percentileOf(days, 0.95)}</td>
        <td>{answered > 0 ? rate(sum((day) => day.positives) / answered) : '–'}</td>
      </tr>
    </tbody>
  )
}

function Audit({ session, channel }: { session: Session; channel: string }) {
  const { t, moment } = useSpeech()
  const entries = useNewest<AuditEntry>(session, `channels/${channel}/audit`, 'at', MAX_ENTRIES)
  if (!entries?.length) return null
  return (
    <details>
      <summary>{t('channels.who')}</summary>
      <ul className="audit">
        {entries.map(({ id, at, action, by, from, to, why }) => (
          <li key={id}>
            {t('channels.did', { when: moment(at), action, who: by })}{' '}
            {action === 'canary'
              ? to.canary
                ? `${to.canary.modelId} ${to.canary.percent} %`
                : t('channels.ended')
              : `${from?.modelId ?? t('channels.nothing')} → ${to.modelId}`}
            {why && ` (${why})`}
          </li>
        ))}
      </ul>
    </details>
  )
}
