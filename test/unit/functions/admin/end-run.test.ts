import { type Run, runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { claimRun, DEAD_AFTER_SECONDS, endRun, queued } from '@zoidberg/core/run.ts'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { cancelRun, endActiveRun, failDeadRuns } from '../../../../functions/src/admin/end-run.ts'
import { fakeFirestore } from '../support/fake-firestore.ts'

const config = runConfigSchema.parse({ command: 'train', dataset: 'xrays', model: 'cnn' })
const fresh: Run = { ...queued(config, 'me', 0), execution: 'executions/1' }
const running = claimRun(fresh, 'task', 'token', 0) as Run

let database: ReturnType<typeof fakeFirestore>
let launcher: { start: ReturnType<typeof vi.fn>; cancel: ReturnType<typeof vi.fn> }
beforeEach(() => {
  database = fakeFirestore()
  launcher = { start: vi.fn(), cancel: vi.fn(async () => {}) }
})

const cancel = (runId: string) =>
  cancelRun({ firestore: database.firestore, launcher: launcher as never, runId, by: 'you', now: 7 })

describe('cancelRun', () => {
  it.each([
    ['waits', fresh],
    ['is at work', running],
  ])('ends a run that %s, and stops its execution', async (_, run) => {
    database.write('runs/one', run)
    expect(await cancel('one')).toEqual({ runId: 'one', state: 'cancelled' })
    expect(database.read('runs/one')).toMatchObject({
      state: 'cancelled',
      error: 'cancelled by you',
      lease: null,
      endedAt: '1970-01-01T00:00:00.007Z',
    })
    expect(launcher.cancel).toHaveBeenCalledExactlyOnceWith('executions/1')
  })

  it('leaves a run that has ended as it is', async () => {
    const ended = endRun(running, 'succeeded', { modelId: 'm' }, 5)
    database.write('runs/one', ended)
    expect(await cancel('one')).toEqual({ runId: 'one', state: 'succeeded' })
    expect(database.read('runs/one')).toEqual(ended)
    expect(launcher.cancel).not.toHaveBeenCalled()
  })

  it('stops the execution again of a run that was cancelled before', async () => {
    database.write('runs/one', endRun(running, 'cancelled', { error: 'cancelled by me' }, 5))
    expect((await cancel('one')).state).toBe('cancelled')
    expect(database.read('runs/one')).toMatchObject({ error: 'cancelled by me' })
    expect(launcher.cancel).toHaveBeenCalledOnce()
  })

  it('stops nothing of a run whose execution has not started', async () => {
    database.write('runs/one', { ...fresh, execution: null })
    expect((await cancel('one')).state).toBe('cancelled')
    expect(launcher.cancel).not.toHaveBeenCalled()
  })

  it('knows no run that is not there', async () =>
    expect(cancel('none')).rejects.toMatchObject({ type: 'not-found', message: 'There is no run none.' }))
})

describe('endActiveRun', () => {
  it('decides anew if the run changes between reading and writing', async () => {
    let reads = 0
    const racing = fakeFirestore(async () => {
      reads++
      // Before the first write: the job ends the run.
      if (reads === 2) racing.write('runs/one', endRun(running, 'succeeded', {}, 5))
    })
    racing.write('runs/one', running)
    const options = { firestore: racing.firestore, runId: 'one', error: 'x', now: 7 }
    expect((await endActiveRun({ ...options, state: 'failed' }))?.state).toBe('succeeded')
    expect(racing.read('runs/one')).toMatchObject({ state: 'succeeded', error: null })
  })

  it('leaves an active run alone that may not be ended', async () => {
    database.write('runs/one', running)
    const options = { firestore: database.firestore, runId: 'one', error: 'x', now: 7 }
    expect(await endActiveRun({ ...options, state: 'failed', may: () => false })).toEqual(running)
    expect(database.read('runs/one')).toEqual(running)
  })
})

describe('failDeadRuns', () => {
  const late = 1000 * DEAD_AFTER_SECONDS

  it('fails runs without a sign of life, with the reason, and no others', async () => {
    database.write('runs/dead', running)
    database.write('runs/never-started', fresh)
    database.write('runs/alive', { ...running, heartbeat: 1 })
    database.write('runs/ended', endRun(running, 'succeeded', {}, 5))
    database.write('runs/local-search', { state: 'running' })
    expect(await failDeadRuns(database.firestore, () => launcher as never, late)).toEqual([
      'dead',
      'never-started',
    ])
    expect(database.read('runs/dead')).toMatchObject({
      state: 'failed',
      error: 'the job died: no sign of life for 15 minutes',
    })
    expect(launcher.cancel, 'what hangs is paid for').toHaveBeenCalledWith('executions/1')
    expect(database.read<Run>('runs/never-started').error).toMatch(/^the job never started/)
    expect(database.read<Run>('runs/alive').state).toBe('running')
    expect(database.read('runs/local-search')).toEqual({ state: 'running' })
  })

  it('fails them also where no launcher can be had', async () => {
    database.write('runs/dead', running)
    const none = () => Promise.reject(new Error('no launcher'))
    expect(await failDeadRuns(database.firestore, none, late)).toEqual(['dead'])
  })

  it('spares a run that gives a sign of life at the last moment', async () => {
    let steps = 0
    const racing = fakeFirestore(async () => {
      steps++
      // After the query and the first reading, before the write.
      if (steps === 3) racing.write('runs/one', { ...running, heartbeat: late })
    })
    racing.write('runs/one', running)
    expect(await failDeadRuns(racing.firestore, () => launcher as never, late)).toEqual([])
    expect(racing.read<Run>('runs/one').state).toBe('running')
  })
})
