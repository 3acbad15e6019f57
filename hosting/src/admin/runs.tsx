import { epochsPanel } from '@zoidberg/core/charts/epochs.ts'
import { ratePercent } from '@zoidberg/core/contract/percent.ts'
import type { Run, RunConfig, RunEpoch } from '@zoidberg/core/contract/run.ts'
import { useMemo, useState } from 'react'
import { Chart } from '../card/chart.tsx'
import { Button } from './button.tsx'
import { Compared } from './compared.tsx'
import type { Comparison } from './comparison.ts'
import { type Mover, type Named, PRODUCTION, Promote, StartCanary } from './moves.tsx'
import { type Session, useNewest } from './session.ts'
import { leftOf, spanOf } from './times.ts'

const MAX_RUNS = 20

type Shared = Mover & { channels: Named[] | undefined }

/** The newest runs, with their progress and what they found. */
export function Runs({ session, ...shared }: { session: Session } & Shared) {
  const runs = useNewest<Run>(session, 'runs', 'createdAt', MAX_RUNS)
  return (
    <section aria-label="Runs">
      <h2>Runs</h2>
      {runs?.length === 0 && <p className="hint">There are no runs yet.</p>}
      {runs?.map((run) => (
        <RunCard key={run.id} run={run} {...shared} />
      ))}
    </section>
  )
}

function RunCard({ run, channels, by, act }: { run: Run & { id: string } } & Shared) {
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
    <article aria-label={`Run ${run.id}`}>
      <h3>
        {config.command} {subject} on {config.dataset} <span className={`state ${state}`}>{state}</span>
      </h3>
      <p className="fine">
        {run.id}, {new Date(run.createdAt).toLocaleString()} by {run.createdBy}
        {run.attempt > 1 && `, attempt ${run.attempt}`}
        {run.endedAt && `, took ${spanOf(run.createdAt, run.endedAt)}`}
      </p>
      {isActive && (
        <>
          <progress max={progress?.total || 1} value={progress ? progress.done : 0} aria-label="Progress" />
          <p className="fine" data-testid="phase">
            {progress
              ? `${progress.phase} ${progress.total > 0 ? `${progress.done} of ${progress.total}` : ''} ${progress.note}${leftOf(run)}`
              : 'waiting for a machine'}
          </p>
        </>
      )}
      <Settings config={config} />
      {run.epochs.length > 1 && <Curve epochs={run.epochs} />}
      {run.error && <p className={state === 'cancelled' ? 'warning' : 'error'}>{run.error}</p>}
      {run.result && <Result result={run.result} />}
      <div className="actions">
        {isActive && (
          <Button onClick={() => act('cancelRun', { runId: run.id }, `${run.id} is cancelled.`)}>
            Cancel
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

/** Loss on training and validation by epoch, drawn when it is opened: the library of charts is large. */
function Curve({ epochs }: { epochs: RunEpoch[] }) {
  const [isOpen, setOpen] = useState(false)
  const last = epochs[epochs.length - 1]
  const best = epochs.reduce((a, b) => (b.valLoss < a.valLoss ? b : a))
  const spec = useMemo(() => {
    const points = epochs.map(({ epoch, loss, valLoss }) => ({ epoch, training: loss, validation: valLoss }))
    return epochsPanel('loss', points, best.epoch)
  }, [epochs, best.epoch])
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {`Loss after ${last.epoch} epochs: training ${last.loss.toFixed(3)}, validation ${last.valLoss.toFixed(3)}, best in epoch ${best.epoch}`}
      </summary>
      {isOpen && <Chart spec={spec} title="Loss by epoch" />}
    </details>
  )
}

/** What the run was asked for, setting by setting. */
function Settings({ config }: { config: RunConfig }) {
  return (
    <details>
      <summary>Settings</summary>
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

type BaselineRow = { name: string; accuracy: number; rocAuc: number; fitSeconds: number }

function Result({ result }: { result: Record<string, unknown> }) {
  const comparison = result.comparison as Comparison | undefined
  const best = result.best as { score: number; values: Record<string, unknown> } | null | undefined
  const algorithms = result.algorithms as BaselineRow[] | undefined
  const validation = result.validation as { accuracy: number; rocAuc: number } | undefined
  return (
    <>
      {validation && (
        <p>
          On validation: accuracy {ratePercent(validation.accuracy)}, ROC AUC {validation.rocAuc.toFixed(4)}.
        </p>
      )}
      {comparison && <Compared comparison={comparison} />}
      {best && (
        <p>
          Best score {best.score.toFixed(4)}:{' '}
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
              <th scope="col">algorithm</th>
              <th scope="col">accuracy</th>
              <th scope="col">ROC AUC</th>
              <th scope="col">fitted in</th>
            </tr>
          </thead>
          <tbody>
            {algorithms.map(({ name, accuracy, rocAuc, fitSeconds }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{ratePercent(accuracy)}</td>
                <td>{rocAuc.toFixed(3)}</td>
                <td>{fitSeconds.toFixed(1)} s</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
