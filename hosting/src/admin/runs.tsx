import type { Run, RunConfig, RunProgress } from '@zoidberg/core/contract/run.ts'
import type { TFunction } from 'i18next'
import { useSpeech } from '../words/speak.ts'
import { Button } from './button.tsx'
import { Compared } from './compared.tsx'
import type { Comparison } from './comparison.ts'
import { Curve } from './curve.tsx'
import { type Mover, type Named, PRODUCTION, Promote, StartCanary } from './moves.tsx'
import type { Session } from './session.ts'
import { leftOf, spanOf } from './times.ts'
import { Trials } from './trials.tsx'

type Shared = Mover & { session: Session; channels: Named[] | undefined }
export type NamedRun = Run & { id: string }

/** Runs, the newest first, with their progress and what they found. */
export function Runs({ runs, ...shared }: Shared & { runs: NamedRun[] | undefined }) {
  const { t } = useSpeech()
  return (
    <section aria-label={t('runs.heading')}>
      <h2>{t('runs.heading')}</h2>
      {runs?.length === 0 && <p className="hint">{t('runs.empty')}</p>}
      {runs?.map((run) => (
        <RunCard key={run.id} run={run} {...shared} />
      ))}
    </section>
  )
}

function RunCard({ run, session, channels, by, act }: Shared & { run: NamedRun }) {
  const { t, moment } = useSpeech()
  const { config, state, modelId, progress } = run
  const isActive = state === 'queued' || state === 'running'
  const candidate = state === 'succeeded' &&
    modelId && {
      modelId,
      why: `run ${run.id}`,
      channel: channels?.find(({ id }) => id === PRODUCTION),
      comparison: run.result?.comparison as Comparison | undefined,
      by,
      act,
    }
  const subject = 'model' in config ? config.model : 'modelId' in config ? config.modelId : config.algorithm
  return (
    <article aria-label={t('runs.region', { id: run.id })}>
      <h3>
        {t('runs.title', { command: config.command, subject, dataset: config.dataset })}{' '}
        <span className={`state ${state}`}>{t(`states.${state}`)}</span>
      </h3>
      <p className="fine">
        {[
          t('runs.by', { id: run.id, when: moment(run.createdAt), who: run.createdBy }),
          run.attempt > 1 && t('runs.attempt', { attempt: run.attempt }),
          run.endedAt && t('runs.took', { time: spanOf(t, run.createdAt, run.endedAt) }),
        ]
          .filter(Boolean)
          .join(', ')}
      </p>
      {isActive && (
        <>
          <progress
            max={progress?.total || 1}
            value={progress ? progress.done : 0}
            aria-label={t('runs.progress')}
          />
          <p className="fine" data-testid="phase">
            {progress ? wordsOfProgress(t, run, progress) : t('runs.waiting')}
          </p>
        </>
      )}
      <Settings config={config} />
      {run.epochs.length > 1 && <Curve epochs={run.epochs} />}
      {config.command === 'tune' && <Trials session={session} runId={run.id} />}
      {run.error && <p className={state === 'cancelled' ? 'warning' : 'error'}>{run.error}</p>}
      {run.result && <Result result={run.result} />}
      <div className="actions">
        {isActive && (
          <Button onClick={() => act('cancelRun', { runId: run.id }, t('runs.cancelled', { id: run.id }))}>
            {t('runs.cancel')}
          </Button>
        )}
        {channels && candidate && (
          <>
            <Promote {...candidate} />
            <StartCanary {...candidate} />
          </>
        )}
      </div>
    </article>
  )
}

function wordsOfProgress(t: TFunction, run: Run, { phase, done, total, note }: RunProgress): string {
  const words = [t(`phases.${phase}`), total > 0 && t('runs.of', { done, total }), note]
  return [words.filter(Boolean).join(' '), leftOf(t, run)].filter(Boolean).join(', ')
}

/** What the run was asked for, setting by setting. */
function Settings({ config }: { config: RunConfig }) {
  const { t } = useSpeech()
  return (
    <details>
      <summary>{t('runs.settings')}</summary>
      <dl className="config">
        {Object.entries(config).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === null ? '–' : Array.isArray(value) ? value.join(' ') || '–' : String(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

type Predicted = { files: number; failed: number; lines: string; imagesPerSecond: number; dollars: number }
type BaselineRow = { name: string; accuracy: number; rocAuc: number; fitSeconds: number }

function Result({ result }: { result: Record<string, unknown> }) {
  const { t, rate, number } = useSpeech()
  const comparison = result.comparison as Comparison | undefined
  const best = result.best as { score: number; values: Record<string, unknown> } | null | undefined
  const algorithms = result.algorithms as BaselineRow[] | undefined
  const predicted = result.lines ? (result as unknown as Predicted) : undefined
  const validation = result.validation as { accuracy: number; rocAuc: number } | undefined
  return (
    <>
      {predicted && (
        <p>
          {t('runs.predicted', {
            ...predicted,
            rate: number(predicted.imagesPerSecond.toFixed(0)),
            dollars: number(predicted.dollars.toFixed(3)),
          })}
        </p>
      )}
      {validation && (
        <p>
          {t('runs.validation', {
            accuracy: rate(validation.accuracy),
            rocAuc: number(validation.rocAuc.toFixed(4)),
          })}
        </p>
      )}
      {comparison && <Compared comparison={comparison} />}
      {best && (
        <p>
          {t('runs.best', { score: number(best.score.toFixed(4)) })}{' '}
          <code>
            {Object.entries(best.values)
              .map((pair) => pair.join('='))
              .join(' ')}
          </code>
        </p>
      )}
      {algorithms && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('runs.algorithm')}</th>
              <th scope="col">{t('runs.accuracy')}</th>
              <th scope="col">{t('runs.rocAuc')}</th>
              <th scope="col">{t('runs.fitted')}</th>
            </tr>
          </thead>
          <tbody>
            {algorithms.map(({ name, accuracy, rocAuc, fitSeconds }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{rate(accuracy)}</td>
                <td>{number(rocAuc.toFixed(3))}</td>
                <td>{number(fitSeconds.toFixed(1))} s</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
