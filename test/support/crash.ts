/** One run of the job that is killed at a moment of its work and tried again, as Cloud Run does it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readChannels } from '@zoidberg/core/channels.ts'
import { type Run, runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { checksum } from '@zoidberg/core/files.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import { isPublished, modelPath } from '@zoidberg/core/registry.ts'
import { queued } from '@zoidberg/core/run.ts'
import type { Random } from '@zoidberg/training/random.ts'
import { ROOT } from './dockerfile.ts'
import { firestore, store } from './emulators.ts'
import { watch } from './processes.ts'

export const CRASH_DATASET = 'crash'
export const CRASH_CHANNEL = 'crash'

/** When to kill: as soon as the run is in this phase (or, `epoch`, has finished one), and some random milliseconds later. */
export const MOMENTS = {
  starting: 700,
  loading: 400,
  training: 300,
  epoch: 60,
  judging: 500,
  publishing: 250,
  promoting: 30,
} as const
export type Moment = keyof typeof MOMENTS

export type Crash = { moment: Moment; delay: number; phaseAtDeath: string; attempts: number; seconds: number }

const runOf = async (id: string) => (await firestore.doc(`runs/${id}`).get()).data() as Run

const configOf = (more: object = {}) =>
  runConfigSchema.parse({
    command: 'train',
    dataset: CRASH_DATASET,
    model: 'mlp',
    size: 32,
    epochs: 6,
    channel: CRASH_CHANNEL,
    promoteAbove: 0,
    ...more,
  })

export async function createRun(id: string, more: object = {}): Promise<void> {
  await firestore.doc(`runs/${id}`).set(queued(configOf(more), 'test', Date.now()))
}

/** One attempt at a run. */
export function startAttempt(id: string, attempt: number) {
  const entrypoint = join(ROOT, 'training/job/main.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entrypoint], {
    env: {
      ...process.env,
      GCLOUD_PROJECT: 'demo-zoidberg',
      ZOIDBERG_RUN: id,
      CLOUD_RUN_EXECUTION: `crash/${id}`,
      CLOUD_RUN_TASK_ATTEMPT: String(attempt),
    },
  })
  return watch(child)
}

/** @throws Error if anything is left that must not be: the run not ended once, half a model, a channel out of place */
export async function crash(id: string, moment: Moment, random: Random): Promise<Crash> {
  const started = performance.now()
  await createRun(id)
  const delay = Math.round(random.uniform(0, MOMENTS[moment]))
  const channelsBefore = JSON.stringify(
    [...(await readChannels(firestore))].filter(([name]) => name !== CRASH_CHANNEL),
  )
  const { child, ended } = startAttempt(id, 0)
  const isReached = ({ progress, epochs }: Run) =>
    moment === 'starting' || (moment === 'epoch' ? epochs.length > 0 : progress?.phase === moment)
  while (child.exitCode === null && !isReached(await runOf(id))) await sleep(5)
  await sleep(delay)
  child.kill('SIGKILL')
  await ended
  const killed = await runOf(id)
  const phaseAtDeath = killed.state === 'running' ? (killed.progress?.phase ?? 'starting') : killed.state
  await assertNoHalfModel()

  let attempts = 1
  while (attempts < 4) {
    const { code, out, err } = await startAttempt(id, attempts++).ended
    if (code === 0) break
    if (attempts === 4) throw new Error(`attempt ${attempts}: ${out}${err}`)
  }
  const run = await runOf(id)
  if (run.state !== 'succeeded') throw new Error(`the run is ${run.state}: ${run.error}`)
  if (!run.modelId || !(await isPublished(store, run.modelId))) throw new Error('the run names no model')
  const channels = await readChannels(firestore)
  const isPromoted = run.result?.isPromoted
  if (isPromoted !== true) throw new Error(`not promoted: ${JSON.stringify(run.result)}`)
  if (channels.get(CRASH_CHANNEL)?.modelId !== run.modelId) throw new Error('the channel names another model')
  const others = JSON.stringify([...channels].filter(([name]) => name !== CRASH_CHANNEL))
  if (others !== channelsBefore) throw new Error(`other channels moved: ${others}`)
  await assertNoHalfModel()
  // A third start finds nothing to do: the run ended once.
  const moves = await firestore
    .collection(`channels/${CRASH_CHANNEL}/audit`)
    .where('by', '==', `run ${id}`)
    .get()
  if (moves.size !== 1) throw new Error(`the run moved the channel ${moves.size} times`)
  const again = await startAttempt(id, 3).ended
  if ((await runOf(id)).endedAt !== run.endedAt) throw new Error('the run ended twice')
  if (again.code !== 0 || !again.out.includes('nothing to do')) throw new Error(`it ran again: ${again.out}`)
  return { moment, delay, phaseAtDeath, attempts, seconds: (performance.now() - started) / 1000 }
}

/** Every model of the job that has a manifest is whole, and the channel names one. */
async function assertNoHalfModel(): Promise<void> {
  const manifests = (await store.list('models/mlp-')).filter(({ path }) => path.endsWith('/manifest.json'))
  for (const { path } of manifests) {
    const manifest = parseManifest(JSON.parse(Buffer.from(await store.read(path)).toString()))
    for (const { name, size, crc32c } of manifest.files) {
      const bytes = await store.read(modelPath(manifest.id, name)).catch(() => undefined)
      if (bytes?.length !== size || checksum(bytes) !== crc32c)
        throw new Error(`half a model is visible: ${manifest.id} lacks ${name}`)
    }
  }
  const named = (await readChannels(firestore)).get(CRASH_CHANNEL)?.modelId
  if (!named || !(await isPublished(store, named)))
    throw new Error(`the channel names ${named}, which is not there`)
}
