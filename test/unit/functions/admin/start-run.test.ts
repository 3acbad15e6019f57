import { setTimeout as sleep } from 'node:timers/promises'
import { type Run, type RunConfig, runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { claimRun, endRun, LAUNCH_SECONDS, queued } from '@zoidberg/core/run.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextStep, runIdOf, startRun } from '../../../../functions/src/admin/start-run.ts'
import { fakeFirestore } from '../support/fake-firestore.ts'

const configOf = (more: object = {}): RunConfig =>
  runConfigSchema.parse({ command: 'train', dataset: 'xrays', model: 'cnn', ...more })

let database: ReturnType<typeof fakeFirestore>
let started: { runId: string; tasks: number }[]
beforeEach(() => {
  // Whoever comes second may well be first.
  database = fakeFirestore(() => sleep(3 * Math.random()))
  started = []
})

const launcher = {
  async start(runId: string, tasks: number) {
    started.push({ runId, tasks })
    return `executions/${started.length}`
  },
  cancel: async () => {},
}
const start = (requestId: string, more: object = {}) =>
  startRun({
    firestore: database.firestore,
    launcher,
    requestId,
    config: configOf(),
    alongside: false,
    by: 'me',
    now: 0,
    ...more,
  })
const runOf = (requestId: string) => database.read<Run>(`runs/${runIdOf(requestId)}`)
const change = (requestId: string, more: Partial<Run>) =>
  database.write(`runs/${runIdOf(requestId)}`, { ...runOf(requestId), ...more })

describe('startRun', () => {
  it('creates a queued run and starts its execution', async () => {
    expect(await start('first')).toEqual({ runId: runIdOf('first'), state: 'queued' })
    expect(started).toEqual([{ runId: runIdOf('first'), tasks: 1 }])
    expect(runOf('first')).toMatchObject({
      state: 'queued',
      createdBy: 'me',
      execution: 'executions/1',
      launch: null,
      config: { dataset: 'xrays' },
    })
  })

  it('starts as many tasks as a search asks for', async () => {
    await start('search', { config: configOf({ command: 'tune', tasks: 3 }) })
    expect(started).toEqual([{ runId: runIdOf('search'), tasks: 3 }])
  })

  it('starts one execution for a request that comes many times at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => start('same')))
    expect(new Set(results.map(({ runId }) => runId)).size).toBe(1)
    expect(started).toHaveLength(1)
  })

  it('refuses the same request with another configuration, but for the order of its fields', async () => {
    await start('same')
    const reversed = Object.fromEntries(Object.entries(configOf()).reverse())
    expect((await start('same', { config: reversed })).state).toBe('queued')
    await expect(start('same', { config: configOf({ seed: 2 }) })).rejects.toMatchObject({
      type: 'conflict',
      message: 'Request same was another configuration before.',
    })
    expect(started).toHaveLength(1)
  })

  it('lets one of many requests for the same data set start, also when its last run has ended', async () => {
    for (const round of [1, 2, 3]) {
      const ids = Array.from({ length: 8 }, (_, i) => `round ${round}, request ${i}`)
      const results = await Promise.allSettled(ids.map((id) => start(id)))
      const refused = results.filter((result) => result.status === 'rejected')
      expect([round, started.length, refused.length]).toEqual([round, round, 7])
      for (const { reason } of refused)
        expect(reason).toMatchObject({
          type: 'conflict',
          message: `Run ${started.at(-1)?.runId} is at work on xrays; cancel it, wait, or ask for another alongside.`,
        })
      const winner = ids.find((id) => runOf(id)) as string
      database.write(`runs/${runIdOf(winner)}`, endRun(runOf(winner), 'failed', {}, 1))
    }
  })

  it.each([1, 2, 3, 4, 5, 6])(
    'starts one run of a data set though another request comes between, before step %i of the first',
    async (step) => {
      let steps = 0
      let between: Promise<unknown> | undefined
      database = fakeFirestore(async () => {
        steps++
        if (steps === step) between = start('second', { now: 1 }).catch((error) => error)
        if (steps === step) await between
      })
      // The second request's run was there before and is gone: its guard must change all the same.
      const ended = { lastRun: runIdOf('second'), at: new Date(0).toISOString() }
      database.write('datasets/xrays', ended)
      const first = await start('first').catch((error) => error)
      const results = [first, await between]
      expect(results.filter((result) => result instanceof Error)).toMatchObject([{ type: 'conflict' }])
      expect(started).toHaveLength(1)
      expect(database.read('datasets/xrays')).not.toEqual(ended)
    },
  )

  it('counts a run that was started alongside as at work, also while it is started', async () => {
    const results = await Promise.allSettled([start('a', { alongside: true }), start('b')])
    expect(results[0].status).toBe('fulfilled')
    expect(started.length).toBe(results.filter(({ status }) => status === 'fulfilled').length)
    expect((await start('c', { alongside: true })).state).toBe('queued')
    await expect(start('d')).rejects.toMatchObject({ type: 'conflict' })
  })

  it('asks for an earlier run that is still at work, not only for the last one', async () => {
    await start('early')
    await start('late', { alongside: true })
    change('late', { state: 'succeeded' })
    await expect(start('next')).rejects.toThrow(`Run ${runIdOf('early')} is at work`)
  })

  it('lets no request through that does not see a run started alongside', async () => {
    let steps = 0
    database = fakeFirestore(async () => {
      steps++
      // After the first has looked for other runs, before it writes.
      if (steps === 3) await start('second', { alongside: true })
    })
    await expect(start('first')).rejects.toThrow(`Run ${runIdOf('second')} is at work`)
  })

  it('lets runs of different data sets start at once, and overlooks searches from a command line', async () => {
    database.write('runs/local-search', { state: 'running' })
    const results = await Promise.all(
      ['a', 'b', 'c'].map((dataset) => start(dataset, { config: configOf({ dataset }) })),
    )
    expect(results.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued'])
  })

  it('starts again what was cut off before its execution had started, a minute later and once', async () => {
    await start('cut off')
    change('cut off', { execution: null, launch: { token: 'dead', until: 1000 * LAUNCH_SECONDS } })
    await start('cut off', { now: 1000 * LAUNCH_SECONDS - 1 })
    expect(started).toHaveLength(1)
    await Promise.all(Array.from({ length: 8 }, () => start('cut off', { now: 1000 * LAUNCH_SECONDS })))
    expect(started).toHaveLength(2)
    expect(runOf('cut off')).toMatchObject({ execution: 'executions/2', launch: null })
  })

  it('fails the run whose execution the platform refuses, and says why', async () => {
    const refusing = { ...launcher, start: () => Promise.reject(new Error('quota')) }
    await expect(start('refused', { launcher: refusing })).rejects.toThrow('quota')
    expect(runOf('refused')).toMatchObject({ state: 'failed', error: 'quota' })
    expect(await start('refused')).toEqual({ runId: runIdOf('refused'), state: 'failed' })
    expect((await start('another')).state).toBe('queued')
  })

  it.each<[string, Partial<Run>]>([
    ['another request has started', { launch: null, execution: 'executions/other' }],
    ['another request is starting', { launch: { token: 'other', until: 1 } }],
    ['an admin has cancelled', { state: 'cancelled', error: 'cancelled by them' }],
  ])('does not fail a run that %s meanwhile', async (_, meanwhile) => {
    const overtaken = {
      ...launcher,
      async start() {
        change('taken', meanwhile)
        throw new Error('too many')
      },
    }
    await expect(start('taken', { launcher: overtaken })).rejects.toThrow('too many')
    expect(runOf('taken')).toMatchObject(meanwhile)
    expect(runOf('taken').state).not.toBe('failed')
  })

  it('keeps what the job has written before its execution is known', async () => {
    const fast = {
      ...launcher,
      async start() {
        const run = claimRun(runOf('fast'), 'task', 'token', 5) as Run
        database.write(`runs/${runIdOf('fast')}`, run)
        return 'executions/fast'
      },
    }
    await start('fast', { launcher: fast })
    expect(runOf('fast')).toMatchObject({
      state: 'running',
      attempt: 1,
      lease: { token: 'token' },
      execution: 'executions/fast',
      launch: null,
    })
  })
})

describe('nextStep', () => {
  const request = { requestId: 'r', config: configOf(), alongside: false, now: 10 }
  const run = queued(configOf(), 'me', 0)

  it.each<[string, Partial<Run>, string]>([
    ['nobody has started', {}, 'launch'],
    ['somebody was starting until now', { launch: { token: 't', until: 10 } }, 'launch'],
    ['somebody is starting', { launch: { token: 't', until: 11 } }, 'nothing'],
    ['was started', { execution: 'executions/1' }, 'nothing'],
    ['is at work', { state: 'running' }, 'nothing'],
    ['has ended', { state: 'failed' }, 'nothing'],
  ])('for a request whose run %s', (_, more, step) =>
    expect(nextStep({ ...run, ...more }, ['other'], request)).toBe(step),
  )

  it('creates a run where none is at work, or alongside', () => {
    expect(nextStep(undefined, [], request)).toBe('create')
    expect(nextStep(undefined, ['other'], { ...request, alongside: true })).toBe('create')
    expect(() => nextStep(undefined, ['other'], request)).toThrow('Run other is at work on xrays')
  })
})

describe('runIdOf', () => {
  it('gives a request the same id always, and others another', () => {
    expect(runIdOf('a')).toMatch(/^run-[0-9a-f]{12}$/)
    expect(runIdOf('a')).toBe(runIdOf('a'))
    expect(runIdOf('a')).not.toBe(runIdOf('b'))
  })
})
