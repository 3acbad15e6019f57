/** This process' hold on its run in Firestore: heartbeats while it works, what admins see, and its one end. */
import { randomUUID } from 'node:crypto'
import {
  isActive,
  type Run,
  type RunConfig,
  type RunProgress,
  runConfigSchema,
} from '@zoidberg/core/contract/run.ts'
import { updateDocument } from '@zoidberg/core/firestore.ts'
import { HEARTBEAT_SECONDS, LostLeaseError } from '@zoidberg/core/lease.ts'
import { assertRunHeld, claimRun, endRun, releaseRun, renewRun } from '@zoidberg/core/run.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { UsageError } from '../errors.ts'
import { log } from './log.ts'

/** The run has taken as long as it may. */
export class CeilingError extends Error {}

/** The platform asked the process to stop; the run is tried again. */
export class StoppedError extends Error {}

export type RunHandle = Awaited<ReturnType<typeof openRun>> & object

/** What the work on a run needs of it. */
export type Hold = Pick<
  RunHandle,
  'id' | 'config' | 'isOwner' | 'attempt' | 'epochs' | 'show' | 'showNow' | 'assertGoing'
>

/**
 * Takes a run.
 *
 * @param id of the run
 * @param process who takes it, the same for all attempts of one task; whether the platform asked the process to stop
 * @returns undefined if the run has ended, also by this claim because its attempts are used up or its configuration
 *   cannot be read; or if another execution has it, which the platform keeps alive
 * @throws UsageError if there is no such run
 */
export async function openRun(
  firestore: Firestore,
  id: string,
  { owner, isStopping }: { owner: string; isStopping: () => boolean },
) {
  const document = firestore.collection('runs').doc(id)
  const token = randomUUID()
  const claimed = await updateDocument<Run>(document, (run) => {
    if (!run?.config) throw new UsageError(`there is no run ${id}.`)
    // Of functions that know more than this job does: no attempt would end better.
    const unknown = runConfigSchema.safeParse(run.config).error
    if (unknown && isActive(run))
      return endRun(
        run,
        'failed',
        { error: `the job cannot read its configuration: ${unknown.message}` },
        Date.now(),
      )
    const claim = claimRun(run, owner, token, Date.now())
    return typeof claim === 'string' ? undefined : claim
  })
  if (claimed?.state !== 'running') return undefined

  let unseen: Partial<Run> = {}
  let lost: LostLeaseError | undefined
  let writing: Promise<void> | undefined
  const write = async () => {
    const seen = unseen
    unseen = {}
    try {
      await updateDocument<Run>(document, (now) => renewRun(now, token, seen, Date.now()))
    } catch (error) {
      if (error instanceof LostLeaseError) lost = error
      else {
        // The next one may get through, and the lease decides in the end.
        unseen = { ...seen, ...unseen }
        log('WARNING', `heartbeat failed: ${(error as Error).message}`)
      }
    }
  }
  const renewNow = () => {
    writing ??= write().finally(() => {
      writing = undefined
    })
    return writing
  }
  const timer = setInterval(() => void renewNow(), 1000 * HEARTBEAT_SECONDS)

  async function finish(next: (now: Run | undefined) => Run): Promise<void> {
    clearInterval(timer)
    await writing
    await updateDocument<Run>(document, (now) => ({ ...next(now), ...unseen }))
  }

  return {
    id,
    config: configOf(claimed),
    /** Of the task that ends the run and keeps its files; other tasks help. */
    isOwner: true,
    attempt: claimed.attempt,
    /** Epochs that admins see already. */
    epochs: claimed.epochs,
    /** Shows progress with the next heartbeat; throws what `assertGoing` throws. */
    show(progress: RunProgress): void {
      this.assertGoing()
      unseen = { ...unseen, progress }
    },
    /** Shows progress now; throws what `assertGoing` throws. */
    async showNow(seen: Partial<Pick<Run, 'progress' | 'epochs' | 'modelId'>>): Promise<void> {
      unseen = { ...unseen, ...seen }
      await writing
      await renewNow()
      this.assertGoing()
    },
    /**
     * Makes sure that the work is still wanted.
     *
     * @throws LostLeaseError if the run was cancelled or is another's
     * @throws StoppedError if the process is to stop
     * @throws CeilingError if the run has taken as long as it may
     */
    assertGoing(): void {
      if (lost) throw lost
      assertUnderCeiling(claimed, Date.now())
      if (isStopping()) throw new StoppedError('the platform stopped the task')
    },
    /** Ends the run; throws LostLeaseError if it is another's. */
    end: (state: 'succeeded' | 'failed', seen: Partial<Run>): Promise<void> =>
      finish((now) => {
        assertRunHeld(now, token)
        return endRun(now, state, seen, Date.now())
      }),
    /** Leaves the run to the next attempt, with the reason; throws LostLeaseError if it is another's. */
    release: (error: string | null): Promise<void> => finish((now) => releaseRun(now, token, error)),
  }
}

/** @throws CeilingError if a run has taken as long as its configuration lets it */
export function assertUnderCeiling(
  { config, createdAt }: Pick<Run, 'config' | 'createdAt'>,
  now: number,
): void {
  const maxMinutes = 'maxMinutes' in config ? config.maxMinutes : undefined
  if (maxMinutes !== undefined && now - Date.parse(createdAt) > 60_000 * maxMinutes)
    throw new CeilingError(
      `the run has taken ${maxMinutes} minutes, which is its ceiling: ask for it again with a higher one.`,
    )
}

/** Validated, and with its fields in the schema's order: Firestore keeps none, and a checkpoint is known by its text. */
const configOf = ({ config }: Run): RunConfig => runConfigSchema.parse(config)

/**
 * Joins a run that the first task owns: looks whether it is still wanted, and writes nothing.
 *
 * @param id of the run
 * @param isStopping whether the platform asked the process to stop
 * @returns undefined if the run has ended
 * @throws UsageError if there is no such run
 */
export async function joinRun(
  firestore: Firestore,
  id: string,
  isStopping: () => boolean,
): Promise<Hold | undefined> {
  const document = firestore.collection('runs').doc(id)
  const read = async () => (await document.get()).data() as Run | undefined
  const run = await read()
  if (!run?.config) throw new UsageError(`there is no run ${id}.`)
  const { data: config } = runConfigSchema.safeParse(run.config)
  if (!isActive(run) || !config) return undefined
  let isWanted = true
  const look = async () => {
    const now = await read()
    isWanted = now !== undefined && isActive(now)
  }
  setInterval(() => void look().catch(() => {}), 1000 * HEARTBEAT_SECONDS).unref()
  const assertGoing = () => {
    if (!isWanted) throw new LostLeaseError('the run has ended')
    if (isStopping()) throw new StoppedError('the platform stopped the task')
  }
  return {
    id,
    config,
    isOwner: false,
    attempt: run.attempt,
    epochs: [],
    show: assertGoing,
    showNow: async () => assertGoing(),
    assertGoing,
  }
}
