/** A run is created once for each request, and its execution is started. */
import { createHash, randomUUID } from 'node:crypto'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { MAX_ACTIVE_RUNS, type Run, type RunConfig } from '@zoidberg/core/contract/run.ts'
import { retryOnConflict, updateDocument, writeIfUnchanged } from '@zoidberg/core/firestore.ts'
import { LAUNCH_SECONDS, queued } from '@zoidberg/core/run.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { endActiveRun } from './end-run.ts'
import type { Launcher } from './launcher.ts'
import { activeRuns, type DatasetGuard, guardOfAll, guardOfDataset, runDocument } from './run-documents.ts'

/**
 * @property requestId names the request: the same one always means the same run
 * @property alongside starts the run also beside another active run of the same data set
 * @property by who asks, as the run says it
 * @property now in milliseconds since 1970
 */
export type RunRequest = { requestId: string; config: RunConfig; alongside: boolean; by: string; now: number }
export type StartRunOptions = RunRequest & { firestore: Firestore; launcher: Launcher }

type Launch = NonNullable<Run['launch']>

/** @returns the id of the run that a request creates, always the same */
export const runIdOf = (requestId: string): string =>
  `run-${createHash('sha256').update(requestId).digest('hex').slice(0, 12)}`

/**
 * Creates the run of a request and starts its execution. The same request again starts nothing, unless the first was cut
 * off before the execution had started: then a minute later. Should both start one in the end, the job's lease lets only one
 * of two executions have the run. Of two requests for the same data set, however close they come, one is refused, unless it
 * asks for a run alongside.
 *
 * @returns the run's id, and its state
 * @throws ZoidbergError conflict if the request was for something else before, another run is at work on the data set, or
 * too many are at work at all;
 * job-unavailable if the execution cannot be started: the run has then failed
 */
export async function startRun({
  firestore,
  launcher,
  ...request
}: StartRunOptions): Promise<{ runId: string; state: Run['state'] }> {
  const { config, now } = request
  const runId = runIdOf(request.requestId)
  const launch: Launch = { token: randomUUID(), until: now + 1000 * LAUNCH_SECONDS }
  const run = await claimLaunch(firestore, request, launch)
  if (run.launch?.token !== launch.token) return { runId, state: run.state }
  let execution: string
  try {
    execution = await launcher.start(runId, 'tasks' in config ? config.tasks : 1)
  } catch (error) {
    await endActiveRun({
      firestore,
      runId,
      state: 'failed',
      error: (error as Error).message,
      now,
      // Another request may have started it meanwhile.
      may: ({ launch: held, state }) => held?.token === launch.token && state === 'queued',
    })
    throw error
  }
  await updateDocument<Run>(
    runDocument(firestore, runId),
    (run) => run && { ...run, execution, launch: null },
  )
  return { runId, state: 'queued' }
}

/** @returns the run as it is stored then; it has this launch if the execution is this caller's to start */
function claimLaunch(firestore: Firestore, request: RunRequest, launch: Launch): Promise<Run> {
  const { requestId, config, by, now } = request
  const runId = runIdOf(requestId)
  return retryOnConflict(async () => {
    // The guard is read first: whatever starts on the data set after that changes it. The request's own run is read last:
    // what the same request has just created is not taken for another's.
    const guard = await guardOfDataset(firestore, config.dataset).get()
    const allGuard = await guardOfAll(firestore).get()
    const all = await activeRunsOf(firestore)
    const active = all.filter(({ dataset }) => dataset === config.dataset).map(({ id }) => id)
    const document = await runDocument(firestore, runId).get()
    const known = document.data() as Run | undefined
    const step = nextStep(known, active, request)
    if (step === 'create') assertRoomFor(all.length)
    if (step === 'nothing') return known as Run
    const batch = firestore.batch()
    const changed: Run = { ...(known ?? queued(config, by, now)), launch }
    writeIfUnchanged(batch, document, changed)
    if (step === 'create')
      for (const each of [guard, allGuard])
        writeIfUnchanged(batch, each, { lastRun: runId, at: changed.createdAt } satisfies DatasetGuard)
    await batch.commit()
    return changed
  })
}

/**
 * Decides what a request asks for.
 *
 * @param known the request's run, if it came before
 * @param active ids of the runs that are at work on the data set
 * @returns `launch` if the run is there but nobody has started its execution, and nobody is about to
 * @throws ZoidbergError conflict
 */
export function nextStep(
  known: Run | undefined,
  active: readonly string[],
  { requestId, config, alongside, now }: Omit<RunRequest, 'by'>,
): 'create' | 'launch' | 'nothing' {
  if (known) {
    if (textOf(known.config) !== textOf(config))
      throw new ZoidbergError('conflict', `Request ${requestId} was another configuration before.`)
    const { state, execution, launch } = known
    const isFree = !launch || launch.until <= now
    return state === 'queued' && execution === null && isFree ? 'launch' : 'nothing'
  }
  if (active.length > 0 && !alongside)
    throw new ZoidbergError(
      'conflict',
      `Run ${active[0]} is at work on ${config.dataset}; cancel it, wait, or ask for another alongside.`,
    )
  return 'create'
}

/** Firestore keeps no order of fields. */
const textOf = (config: RunConfig): string =>
  JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1)))

function assertRoomFor(active: number): void {
  if (active >= MAX_ACTIVE_RUNS)
    throw new ZoidbergError('conflict', `${active} runs are at work or wait; cancel one, or wait.`)
}

/** The active runs. A search from a command line has no configuration, and is nobody's concern. */
async function activeRunsOf(firestore: Firestore): Promise<{ id: string; dataset: string }[]> {
  const { docs } = await activeRuns(firestore).get()
  return docs.flatMap((doc) => {
    const { config } = doc.data() as Run
    return config ? [{ id: doc.id, dataset: config.dataset }] : []
  })
}
