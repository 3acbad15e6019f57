#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/**
 * The entrypoint of the Cloud Run job: does what the run document says that ZOIDBERG_RUN names. Exits with 0 once the run
 * has its end, whatever it is, with 1 if another attempt is worth it, and with 2 if there is no such run.
 */
import { hostname } from 'node:os'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { LostLeaseError } from '@zoidberg/core/lease.ts'
import { MAX_RUN_ATTEMPTS } from '@zoidberg/core/run.ts'
import { firestore } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import { DivergedError } from '../train/loop.ts'
import { FailingSearchError } from '../tuning/trials.ts'
import { baseline } from './baseline.ts'
import { type Context, type Outcome, withContext } from './context.ts'
import { assertGpu } from './device.ts'
import { evaluate } from './evaluate.ts'
import { log } from './log.ts'
import { predict } from './predict.ts'
import { CeilingError, joinRun, openRun, type RunHandle, StoppedError } from './run-handle.ts'
import { train } from './train.ts'
import { tune } from './tune.ts'

/** Cloud Run kills ten seconds after SIGTERM: https://cloud.google.com/run/docs/container-contract#jobs-shutdown */
const GRACE_MS = 8000

const { ZOIDBERG_RUN, CLOUD_RUN_EXECUTION = hostname(), CLOUD_RUN_TASK_INDEX = '0' } = process.env
const { CLOUD_RUN_TASK_ATTEMPT = '0' } = process.env
const task = `${CLOUD_RUN_EXECUTION}/${CLOUD_RUN_TASK_INDEX}`
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'

let isStopping = false
function stop(): void {
  log('WARNING', 'asked to stop')
  isStopping = true
  // Whatever is in the way: the checkpoint of the last epoch is safe, and the next attempt needs no goodbye.
  setTimeout(() => process.exit(1), GRACE_MS).unref()
}
process.on('SIGTERM', stop)

function work(context: Context): Promise<Outcome> {
  const { config } = context.run
  if (config.command === 'train') return train(context, config)
  if (config.command === 'tune') return tune(context, config, `${task}/${CLOUD_RUN_TASK_ATTEMPT}`)
  if (config.command === 'predict') return predict(context, config, Number(CLOUD_RUN_TASK_INDEX))
  if (config.command === 'evaluate') return evaluate(context, config)
  // A fit holds this thread for longer than the platform waits, and leaves nothing to save: the signal itself ends it.
  process.off('SIGTERM', stop)
  return baseline(context, config)
}

async function loadDevice(): Promise<void> {
  const { name: engine } = await loadEngine('native')
  assertGpu(process.env.ZOIDBERG_DEVICE)
  log('INFO', 'engine loaded', { engine, device: process.env.ZOIDBERG_DEVICE ?? 'cpu' })
}

/** No second attempt would end better. */
const FINAL = [UsageError, DivergedError, FailingSearchError, CeilingError]
const isFinal = (error: unknown): boolean => FINAL.some((type) => error instanceof type)

async function own(run: RunHandle): Promise<number> {
  try {
    log('INFO', 'run claimed', { config: run.config, runAttempt: run.attempt })
    await loadDevice()
    const outcome = await withContext(run, work)
    await run.end('succeeded', outcome)
    log('INFO', 'run succeeded', outcome)
    return 0
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof LostLeaseError) {
      log('WARNING', 'run let go', { reason: message })
      return 0
    }
    if (error instanceof StoppedError) {
      await run.release(null)
      return 1
    }
    log('ERROR', message, { stack: error instanceof Error ? error.stack : undefined })
    if (isFinal(error) || run.attempt >= MAX_RUN_ATTEMPTS) {
      await run.end('failed', { error: message })
      return 0
    }
    await run.release(message)
    return 1
  }
}

async function help(runId: string): Promise<number> {
  const run = await joinRun(firestore(), runId, () => isStopping)
  if (!run || !('tasks' in run.config)) return 0
  try {
    await loadDevice()
    await withContext(run, work)
    return 0
  } catch (error) {
    log('WARNING', (error as Error).message)
    return error instanceof LostLeaseError || isFinal(error) ? 0 : 1
  }
}

async function main(): Promise<number> {
  if (!ZOIDBERG_RUN) {
    log('ERROR', 'ZOIDBERG_RUN names no run: this job is started by the retrain function')
    return 2
  }
  if (CLOUD_RUN_TASK_INDEX !== '0') return help(ZOIDBERG_RUN)
  const run = await openRun(firestore(), ZOIDBERG_RUN, { owner: task, isStopping: () => isStopping })
  if (run) return own(run)
  log('INFO', 'nothing to do: the run has ended, or another execution has it')
  return 0
}

process.exit(
  await main().catch((error) => {
    log('ERROR', error.message, { stack: error.stack })
    return error instanceof UsageError ? 2 : error instanceof LostLeaseError ? 0 : 1
  }),
)
