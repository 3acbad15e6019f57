/** Retraining from the button to the promoted model: real callables, Firestore, Storage, and the job as a process. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isInCanary, readChannels } from '@zoidberg/core/channels.ts'
import type { Channel } from '@zoidberg/core/contract/channel.ts'
import { isActive, type Run } from '@zoidberg/core/contract/run.ts'
import { folder } from '@zoidberg/core/files.ts'
import { isPublished, publish, readManifest } from '@zoidberg/core/registry.ts'
import { auth } from '@zoidberg/training/cloud.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { openRun } from '@zoidberg/training/job/run-handle.ts'
import { endSearch } from '@zoidberg/training/tuning/stores/firestore.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectCheckpoints } from '../../functions/src/admin/collect-checkpoints.ts'
import { failDeadRuns } from '../../functions/src/admin/end-run.ts'
import { startRun } from '../../functions/src/admin/start-run.ts'
import { startZoidberg } from '../support/cli.ts'
import {
  adminCall,
  DEFAULT_MODEL,
  firestore,
  PAGE,
  publishDefault,
  serving,
  signIn,
  store,
  upload,
} from '../support/emulators.ts'
import { phantom } from '../support/images.ts'

const DATASET = 'gs://demo-zoidberg.appspot.com/datasets/phantoms'

let root: string
let production: string
beforeAll(async () => {
  production = await publishDefault()
  root = await mkdtemp(join(tmpdir(), 'zoidberg-jobs-'))
  await writePhantoms(join(root, 'data'), { count: 60, seed: 1, size: { width: 64, height: 64 } })
  const pushed = await startZoidberg(root, ['data', 'push', join(root, 'data'), DATASET, '--json']).ended
  expect(JSON.parse(pushed.out), pushed.err).toMatchObject({ files: 61, sent: 61 })
}, 60_000)
afterAll(async () => {
  await publishDefault()
  await rm(root, { recursive: true })
})

const config = (more: object = {}) => ({
  command: 'train',
  dataset: 'phantoms',
  model: 'mlp',
  size: 32,
  epochs: 3,
  set: ['augmentation=none'],
  ...more,
})
const request = (more: object = {}, config_ = config()) => ({
  requestId: `request-${Math.random()}`,
  config: config_,
  ...more,
})
const runOf = async (id: string) => (await firestore.doc(`runs/${id}`).get()).data() as Run

async function until(id: string, test: (run: Run) => boolean, limit = 60_000): Promise<Run> {
  const deadline = Date.now() + limit
  for (;;) {
    const run = await runOf(id)
    if (test(run)) return run
    if (Date.now() > deadline || run.error) throw new Error(`not in time: ${JSON.stringify(run)}`)
    await sleep(200)
  }
}
const ended = (id: string, limit?: number) => until(id, (run) => !isActive(run), limit)

describe('zoidberg data push', () => {
  it('sends only what is not there, and mends what is damaged', async () => {
    const push = async () =>
      JSON.parse(
        (await startZoidberg(root, ['data', 'push', join(root, 'data'), DATASET, '--json']).ended).out,
      )
    expect(await push()).toMatchObject({ files: 61, sent: 0 })
    const [{ path }] = (await store.list('datasets/phantoms/NORMAL/')).slice(-1)
    await store.write(path, 'damaged')
    expect(await push()).toMatchObject({ files: 61, sent: 1 })
  })
  it.each([
    [['data', 'push', '/nowhere', DATASET], /cannot read the folder/],
    [['data', 'push', '/tmp', 's3://x/y'], /is no gs:\/\/bucket\/folder/],
  ])('%j is bad usage', async (args, message) => {
    const { code, err } = await startZoidberg(root, args).ended
    expect(err).toMatch(message)
    expect(code).toBe(2)
  })
})

describe('zoidberg admin', () => {
  it('grants and revokes the claim', async () => {
    await auth().createUser({ email: 'new@example.com', emailVerified: true })
    const claims = async () => (await auth().getUserByEmail('new@example.com')).customClaims
    expect((await startZoidberg(root, ['admin', 'grant', 'new@example.com']).ended).code).toBe(0)
    expect(await claims()).toEqual({ admin: true })
    expect((await startZoidberg(root, ['admin', 'revoke', 'new@example.com']).ended).code).toBe(0)
    expect(await claims()).toEqual({})
    const made = await startZoidberg(root, ['admin', 'grant', 'made@example.com', '--json']).ended
    expect(JSON.parse(made.out), made.err).toMatchObject({
      admin: true,
      passwordLink: expect.stringContaining('http'),
    })
    await signIn('squatter@example.com', false)
    const squatter = await startZoidberg(root, ['admin', 'grant', 'squatter@example.com']).ended
    expect(squatter).toMatchObject({ code: 2, err: expect.stringContaining('never proved') })
    const stranger = await startZoidberg(root, ['admin', 'revoke', 'nobody@example.com']).ended
    expect(stranger).toMatchObject({ code: 2, err: expect.stringContaining('has no account') })
  })
})

describe('a canary', () => {
  it('answers its share of callers by name, is counted, and can be ended', async () => {
    const admin = await signIn('admin@example.com', true)
    const renamed = async (name: string) => {
      const bytes = await folder(DEFAULT_MODEL)(name)
      if (name !== 'manifest.json') return bytes
      return Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(bytes).toString()), id: 'canary-model' }))
    }
    await publish(store, renamed)
    await expect(adminCall('setCanary', { modelId: 'no-such-model', percent: 5 }, admin)).rejects.toThrow(
      /There is no published model no-such-model/,
    )
    const canary = { modelId: 'canary-model', percent: 50 }
    expect(await adminCall('setCanary', { ...canary, why: 'test' }, admin)).toMatchObject({ canary })
    await sleep(30_000)
    const image = await phantom()
    const ask = async (caller: string) => {
      const response = await upload(image as never, { 'X-Zoidberg-Caller': caller })
      return (await response.json()).predictions[0].model
    }
    const callers = Array.from({ length: 16 }, (_, i) => `caller ${i}`)
    for (const caller of callers) {
      const id = isInCanary(caller, canary) ? 'canary-model' : production
      expect(await ask(caller)).toEqual({ id, channel: 'production' })
    }
    const cards = (await (await fetch(`${PAGE}/api/models`)).json()).models
    expect(cards.find(({ id }: { id: string }) => id === 'canary-model').channels).toEqual([
      'production (canary)',
    ])
    expect(await adminCall('setCanary', { percent: 0 }, admin)).toMatchObject({ canary: null })
    await sleep(10_000)
    // Of production, also while the instance still believes in the canary.
    await ask(callers.find((caller) => !isInCanary(caller, canary)) as string)
    await sleep(500)
    const day = new Date().toISOString().slice(0, 10)
    const counts = (await serving.doc(`counters/canary-model/days/${day}`).get()).data()
    expect(counts?.requests).toBe(callers.filter((caller) => isInCanary(caller, canary)).length)
    expect(counts?.errors).toBe(0)
  })
})

describe('the admin callables', () => {
  it('are closed at once to who was an admin until now', async () => {
    const token = await signIn('former@example.com', true)
    await signIn('former@example.com', false)
    await expect(adminCall('rollback', {}, token)).rejects.toMatchObject({
      code: 'functions/permission-denied',
    })
  })
  it('are closed to accounts that were disabled or deleted, whatever their tokens say', async () => {
    for (const remove of [
      (uid: string) => auth().updateUser(uid, { disabled: true }),
      (uid: string) => auth().deleteUser(uid),
    ]) {
      const token = await signIn('leaving@example.com', true)
      await remove((await auth().getUserByEmail('leaving@example.com')).uid)
      await expect(adminCall('rollback', {}, token)).rejects.toMatchObject({
        code: 'functions/permission-denied',
      })
      await auth()
        .getUserByEmail('leaving@example.com')
        .then(
          ({ uid }) => auth().deleteUser(uid),
          () => {},
        )
    }
  })
  it.each(['retrain', 'cancelRun', 'promote', 'rollback', 'setCanary'])(
    '%s is closed to strangers and to people who are no admins',
    async (callable) => {
      await expect(adminCall(callable, {}, null)).rejects.toMatchObject({ code: 'functions/unauthenticated' })
      const user = await signIn('user@example.com', false)
      await expect(adminCall(callable, {}, user)).rejects.toMatchObject({
        code: 'functions/permission-denied',
      })
    },
  )
  it.each([
    ['retrain', { requestId: 'x' }, /requestId|config/],
    ['retrain', request({}, config({ dataset: '../secrets' })), /dataset/],
    ['retrain', request({}, config({ command: 'rm' })), /command/],
    ['retrain', request({}, config({ epochs: 1e9 })), /epochs/],
    ['retrain', request({}, config({ surprise: 1 })), /surprise/],
    ['cancelRun', { runId: '../x' }, /runId/],
    ['promote', { modelId: 'NO' }, /modelId/],
    ['setCanary', { modelId: 'some-model', percent: 101 }, /percent/],
    ['setCanary', { percent: 5 }, /modelId is missing/],
  ])('%s says what is wrong with %j', async (callable, data, message) => {
    const admin = await signIn('admin@example.com', true)
    const error = await adminCall(callable, data, admin).catch((cause) => cause)
    expect(error).toMatchObject({ code: 'functions/invalid-argument' })
    expect(error.message).toMatch(message)
  })
})

describe('a retraining', () => {
  it('ends with a published model that was judged against production; the same request is the same run', async () => {
    const admin = await signIn('admin@example.com', true)
    const same = request()
    const started = performance.now()
    const { runId } = await adminCall('retrain', same, admin)
    expect((await adminCall('retrain', same, admin)).runId).toBe(runId)
    await expect(adminCall('retrain', request(), admin)).rejects.toThrow(/is at work on phantoms/)
    await expect(adminCall('retrain', { ...same, config: config({ epochs: 4 }) }, admin)).rejects.toThrow(
      /another configuration/,
    )
    const run = await ended(runId)
    console.log(`small retrain: ${((performance.now() - started) / 1000).toFixed(1)} s end to end`)
    expect(run, JSON.stringify(run.error)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
      createdBy: 'admin@example.com',
      error: null,
    })
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    const manifest = await readManifest(store, run.modelId as string)
    expect(manifest.metrics.comparison).toMatchObject({ against: production, images: expect.any(Number) })
    expect(manifest.training.dataset.synthetic).toBe(true)
    expect(await store.exists(`models/${run.modelId}/report/report.html`)).toBe(true)
    const left = async () => (await store.list(`runs/${runId}/trials/`)).length
    expect(await left()).toBeGreaterThan(0)
    await store.write('runs/run-at-work/trials/checkpoint.bin', 'state')
    await firestore.doc('runs/run-at-work').set({ ...run, state: 'running' })
    await collectCheckpoints(firestore, store)
    expect([await left(), await store.exists('runs/run-at-work/trials/checkpoint.bin')]).toEqual([0, true])
    await firestore.doc('runs/run-at-work').delete()
    expect((await readChannels(firestore)).get('production')?.modelId).toBe(production)
    const again = await adminCall('retrain', same, admin)
    expect(again).toEqual({ runId, state: 'succeeded' })

    const promoted = (await adminCall('promote', { modelId: run.modelId, why: 'test' }, admin)) as Channel
    expect(promoted).toMatchObject({ modelId: run.modelId, previousModelId: production })
    await store.remove(`models/${run.modelId}/manifest.json`)
    const back = (await adminCall('rollback', { why: 'files are gone' }, admin)) as Channel
    expect(back).toMatchObject({ modelId: production, previousModelId: null })
    await expect(adminCall('rollback', {}, admin)).rejects.toThrow(/no previous model/)
    const audit = await firestore.collection('channels/production/audit').orderBy('at', 'desc').limit(2).get()
    expect(audit.docs.map((doc) => doc.data())).toMatchObject([
      { action: 'rollback', by: 'admin@example.com', why: 'files are gone', to: { modelId: production } },
      { action: 'promote', by: 'admin@example.com', why: 'test', from: { modelId: production } },
    ])
  })

  it('that is asked for twice at once starts one execution, and one that was cut off starts again a minute later', async () => {
    const started: string[] = []
    const launcher = (outcome: () => Promise<string>) => ({
      async start(runId: string) {
        started.push(runId)
        return outcome()
      },
      cancel: async () => {},
    })
    const slow = launcher(() => sleep(500).then(() => 'executions/one'))
    const asked = { ...request({}, config({ dataset: 'asked-twice' })), alongside: false, by: 'test' }
    const start = (launch: ReturnType<typeof launcher>, later = 0) =>
      startRun({ firestore, launcher: launch, ...(asked as object), now: Date.now() + later } as never)
    const [first, second] = await Promise.all([start(slow), start(slow)])
    expect(second).toEqual(first)
    expect(started).toEqual([first.runId])
    expect(await runOf(first.runId)).toMatchObject({
      state: 'queued',
      execution: 'executions/one',
      launch: null,
    })

    // As if the function had died between the run and its execution.
    await firestore
      .doc(`runs/${first.runId}`)
      .update({ execution: null, launch: { token: 'dead', until: Date.now() + 50_000 } })
    const refused = launcher(() => Promise.reject(new Error('quota')))
    expect(await start(refused)).toEqual(first)
    await expect(start(refused, 60_000)).rejects.toThrow('quota')
    expect(await runOf(first.runId)).toMatchObject({ state: 'failed', error: 'quota' })
  })

  it('is the only one that starts, of many that are asked for at once for the same data set', async () => {
    const started: string[] = []
    const launcher = {
      async start(runId: string) {
        started.push(runId)
        return `executions/${runId}`
      },
      cancel: async () => {},
    }
    const start = (alongside = false) => {
      const asked = request({}, config({ dataset: 'contested' }))
      const options = { firestore, launcher, ...asked, alongside, by: 'test', now: Date.now() }
      return startRun(options as never)
    }
    // Twice: the first time nothing is known of the data set, the second time its last run has ended.
    for (const round of [1, 2]) {
      const results = await Promise.allSettled(Array.from({ length: 6 }, () => start()))
      const refused = results.filter(({ status }) => status === 'rejected')
      expect([round, started.length, refused.length]).toEqual([round, round, 5])
      for (const { reason } of refused as PromiseRejectedResult[])
        expect(reason).toMatchObject({ type: 'conflict', message: expect.stringContaining('is at work on') })
      if (round === 1) await firestore.doc(`runs/${started[0]}`).update({ state: 'failed' })
    }
    expect((await start(true)).state).toBe('queued')
    await expect(start()).rejects.toMatchObject({ type: 'conflict' })
    for (const id of started) await firestore.doc(`runs/${id}`).delete()
  })

  it('that is refused by the platform does not end what another request has started', async () => {
    const asked = { ...request({}, config({ dataset: 'taken-over' })), alongside: false, by: 'test' }
    let runId = ''
    const overtaken = {
      async start(id: string) {
        runId = id
        await firestore.doc(`runs/${id}`).update({ launch: null, execution: 'executions/other' })
        throw new Error('too many executions')
      },
      cancel: async () => {},
    }
    const options = { firestore, launcher: overtaken, ...(asked as object), now: Date.now() }
    await expect(startRun(options as never)).rejects.toThrow('too many')
    expect(await runOf(runId)).toMatchObject({ state: 'queued', execution: 'executions/other', error: null })
    await firestore.doc(`runs/${runId}`).delete()
  })

  it('that is cancelled ends as cancelled, and publishes nothing', async () => {
    const admin = await signIn('admin@example.com', true)
    const { runId } = await adminCall('retrain', request({}, config({ epochs: 1000 })), admin)
    await until(runId, ({ epochs }) => epochs.length > 0)
    expect(await adminCall('cancelRun', { runId }, admin)).toEqual({ runId, state: 'cancelled' })
    await sleep(3000)
    const run = await runOf(runId)
    expect(run).toMatchObject({ state: 'cancelled', error: 'cancelled by admin@example.com', modelId: null })
    expect(await isPublished(store, `mlp-${runId.slice(4)}-1`)).toBe(false)
    expect(await adminCall('cancelRun', { runId }, admin)).toEqual({ runId, state: 'cancelled' })
  })

  it('that cannot work fails with the reason, and is not tried again', async () => {
    const admin = await signIn('admin@example.com', true)
    await expect(adminCall('retrain', request({}, config({ model: 'gpt' })), admin)).rejects.toThrow(
      /expected one of "default".*config\.model/,
    )
    const { runId } = await adminCall('retrain', request({}, config({ dataset: 'nothing' })), admin)
    const run = await ended(runId)
    expect(run).toMatchObject({ state: 'failed', attempt: 1 })
    expect(run.error).toMatch(/has no files/)
  })

  it('of a configuration that only newer jobs can read fails with the reason at once', async () => {
    const run: Record<string, unknown> = { ...(await anyRun()), state: 'queued', error: null, lease: null }
    await firestore
      .doc('runs/run-newer')
      .set({ ...run, config: { ...(run.config as object), colour: 'blue' } })
    const task = { owner: 'task', isStopping: () => false }
    expect(await openRun(firestore, 'run-newer', task)).toBeUndefined()
    const { state, error } = await runOf('run-newer')
    expect([state, error]).toEqual([
      'failed',
      expect.stringMatching(/cannot read its configuration.*colour/s),
    ])
  })

  it('is not ended by a search from a command line that joined it', async () => {
    await firestore.doc('runs/run-joined').set({ ...(await anyRun()), state: 'running' })
    await endSearch(firestore, 'run-joined')
    expect((await runOf('run-joined')).state).toBe('running')
    await firestore.doc('runs/run-joined').delete()
  })

  it('whose job died without a word is failed by the schedule', async () => {
    const now = Date.now()
    const dead = { ...(await anyRun()), state: 'running', heartbeat: now - 16 * 60_000, error: 'no memory' }
    await firestore.doc('runs/run-dead').set(dead)
    await firestore.doc('runs/run-alive').set({ ...dead, heartbeat: now - 60_000 })
    expect(await failDeadRuns(firestore, () => Promise.reject(new Error('no launcher')), now)).toEqual([
      'run-dead',
    ])
    expect(await runOf('run-dead')).toMatchObject({
      state: 'failed',
      error: 'the job died: no sign of life for 16 minutes, its last error was: no memory',
    })
    await firestore.doc('runs/run-alive').delete()
  })
})

const anyRun = async () =>
  (await firestore.collection('runs').where('state', '==', 'failed').limit(1).get()).docs[0].data()

/** Three jobs at once on two cores, beside whatever else the machine does. */
const THREE_JOBS_MS = 230_000

describe('the other kinds of run', () => {
  it('baseline, evaluate and tune leave their figures in the run; tune and members end in a published model', async () => {
    const admin = await signIn('admin@example.com', true)
    const start = async (config_: object) =>
      (await adminCall('retrain', { ...request({}, config_ as never), alongside: true }, admin)).runId
    const ids = [
      await start({ command: 'baseline', dataset: 'phantoms', algorithm: 'knn' }),
      await start({ command: 'evaluate', dataset: 'phantoms', modelId: production }),
      await start({
        command: 'tune',
        dataset: 'phantoms',
        model: 'mlp',
        size: 32,
        trials: 3,
        epochs: 1,
        tuner: 'random',
        tasks: 2,
        retrainEpochs: 2,
      }),
      await start({
        command: 'train',
        dataset: 'phantoms',
        model: 'resnet',
        size: 32,
        epochs: 1,
        members: 2,
        set: ['width=4'],
      }),
      await start({ command: 'predict', dataset: 'phantoms', modelId: production, tasks: 2 }),
    ]
    const [baseline, evaluate, tune, members, predict] = await Promise.all(
      ids.map((id) => ended(id, THREE_JOBS_MS)),
    )
    expect(baseline, String(baseline.error)).toMatchObject({
      state: 'succeeded',
      result: { algorithms: [{ name: 'knn', accuracy: expect.any(Number) }] },
    })
    expect(evaluate, String(evaluate.error)).toMatchObject({
      state: 'succeeded',
      result: { validation: { accuracy: expect.any(Number), data: { images: expect.any(Number) } } },
    })
    expect(tune, String(tune.error)).toMatchObject({
      state: 'succeeded',
      modelId: expect.stringMatching(/^mlp-/),
      result: {
        best: { trial: expect.any(Number), score: expect.any(Number) },
        validation: { accuracy: expect.any(Number) },
        comparison: expect.anything(),
      },
    })
    const tuned = await readManifest(store, tune.modelId as string)
    const { values } = (tune.result as { best: { values: { learningRate: number } } }).best
    expect(tuned.training.hyperparameters).toMatchObject({ learningRate: values.learningRate, epochs: 2 })
    expect(members, String(members.error)).toMatchObject({ state: 'succeeded' })
    const graph = JSON.parse(Buffer.from(await store.read(`models/${members.modelId}/model.json`)).toString())
    const networks = graph.modelTopology.node.filter(({ op }: { op: string }) => op === 'Softmax')
    expect(networks).toHaveLength(2)
    const { files, failed } = predict.result as { files: number; failed: number }
    expect(predict, String(predict.error)).toMatchObject({
      state: 'succeeded',
      result: { imagesPerSecond: expect.any(Number), dollars: expect.any(Number) },
    })
    const lines = new TextDecoder()
      .decode(await store.read(`runs/${ids[4]}/predictions/part-00000.jsonl`))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(files)
    // Whatever in the folder is no image has a line with the reason.
    expect(lines.filter(({ error }) => error?.detail)).toHaveLength(failed)
    expect(lines.find(({ file }) => file.startsWith('NORMAL/'))).toMatchObject({ model: { id: production } })
    // Whoever started them gets a mail of each.
    for (const [i, run] of [baseline, evaluate, tune, members, predict].entries())
      await expect
        .poll(async () => (await firestore.doc(`mail/${ids[i]}`).get()).data(), { timeout: 20_000 })
        .toMatchObject({
          to: ['admin@example.com'],
          message: { subject: `Zoidberg: ${run.config.command} on phantoms has succeeded` },
        })
    expect(await store.exists(`runs/${ids[0]}/baseline.json`)).toBe(true)
    expect(await store.exists(`runs/${ids[2]}/report/report.html`)).toBe(true)
  }, 240_000)
})
