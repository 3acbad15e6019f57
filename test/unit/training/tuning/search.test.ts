import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LEASE_SECONDS, LostLeaseError } from '@zoidberg/core/lease.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { CheckpointError } from '@zoidberg/training/errors.ts'
import type { Space } from '@zoidberg/training/space/space.ts'
import { importances } from '@zoidberg/training/tuning/importance.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import { isWorseThanMedian } from '@zoidberg/training/tuning/pruning.ts'
import { type SearchOptions, search, type TrainTrial } from '@zoidberg/training/tuning/search.ts'
import { folderStore } from '@zoidberg/training/tuning/stores/folder.ts'
import { meanCurve } from '@zoidberg/training/tuning/trainer.ts'
import {
  claimNext,
  completeTrial,
  FailingSearchError,
  MAX_ATTEMPTS,
  releaseTrial,
  renewTrial,
  type Trial,
  type TrialStore,
} from '@zoidberg/training/tuning/trials.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startZoidberg } from '../../../support/cli.ts'

let root: string
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-search-'))
})
afterAll(() => rm(root, { recursive: true }))

const space: Space = { x: { type: 'float', low: 0, high: 1 }, y: { type: 'float', low: 0, high: 1 } }
const oracle = (trials: number, epochs = 3) => randomSearch({ space, trials, epochs, seed: 1 })
const suggest = () => ({ values: { x: 0.5 }, epochs: 2 })
const take = (trials: Trial[], now = 0, token = 't') => {
  const { claimed, changed } = claimNext(trials, suggest, { owner: 'me', token, now })
  for (const trial of changed) trials[trial.id - 1] = trial
  return claimed as Trial
}

describe('claims', () => {
  it('make a new trial of a suggestion, with a lease', () => {
    const trials: Trial[] = []
    expect(take(trials, 5000)).toMatchObject({
      id: 1,
      state: 'running',
      attempt: 1,
      lease: { owner: 'me', token: 't', until: 5000 + 1000 * LEASE_SECONDS },
    })
    expect(take(trials).id).toBe(2)
  })
  it('give a trial whose lease is over to the next, before anything new', () => {
    const trials: Trial[] = []
    take(trials, 0, 'dead')
    expect(take(trials, 1000 * LEASE_SECONDS - 1).id).toBe(2)
    const again = take(trials, 1000 * LEASE_SECONDS, 'new')
    expect(again).toMatchObject({ id: 1, attempt: 2 })
    expect(() =>
      completeTrial(again, 'dead', { result: { state: 'succeeded', score: 1 }, curve: [1], seconds: 1 }),
    ).toThrow(LostLeaseError)
    expect(() => renewTrial(again, 'dead', { curve: [], now: 0 })).toThrow(LostLeaseError)
    expect(
      completeTrial(again, 'new', { result: { state: 'succeeded', score: 1 }, curve: [1], seconds: 1 }).state,
    ).toBe('succeeded')
  })
  it('give a trial up whose workers keep dying', () => {
    const trials: Trial[] = []
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++)
      expect(take(trials, attempt * 2000 * LEASE_SECONDS)).toMatchObject({ id: 1, attempt })
    expect(take(trials, 99_000 * LEASE_SECONDS).id).toBe(2)
    expect(trials[0]).toMatchObject({ state: 'failed', error: 'its worker died 3 times' })
  })
  it('count no attempt for a worker that gave its trial back', () => {
    const trials: Trial[] = []
    for (let round = 0; round < 5; round++) {
      const trial = take(trials)
      expect(trial).toMatchObject({ id: 1, attempt: 1 })
      trials[0] = releaseTrial(trial, 't', [])
    }
    expect(() => releaseTrial(trials[0], 'other', [])).toThrow(LostLeaseError)
  })
  it('wait, not end, while others are still at work', () => {
    const trials: Trial[] = []
    take(trials)
    expect(claimNext(trials, () => 'done', { owner: 'me', token: 't', now: 1 }).claimed).toBe('wait')
    expect(claimNext([], () => 'done', { owner: 'me', token: 't', now: 1 }).claimed).toBe('done')
  })
})

describe('a search in a folder', () => {
  const climb = async (trial: Trial, onEpoch: (curve: number[]) => Promise<boolean>) => {
    const curve: number[] = []
    while (curve.length < trial.epochs) {
      curve.push((trial.values.x as number) * (curve.length + 1))
      if (!(await onEpoch(curve))) return { curve, complete: curve.length === trial.epochs }
    }
    return { curve, complete: true }
  }
  const folder = (name: string) => mkdtemp(join(root, name))
  const run = (store: TrialStore, trials: number, more: Partial<SearchOptions> = {}) =>
    search({ store, oracle: oracle(trials), train: climb, owner: 'me', prunes: false, ...more })

  it('ends with every trial scored by its best epoch', async () => {
    const store = await folderStore(await folder('whole'), 'a')
    const trials = await run(store, 4)
    expect(trials).toHaveLength(4)
    for (const { score, values, curve, state } of trials) {
      expect(state).toBe('succeeded')
      expect(score).toBe(Math.max(...curve))
      expect(score).toBeCloseTo(3 * (values.x as number), 12)
    }
  })
  it('records a trial that throws and goes on', async () => {
    const store = await folderStore(await folder('throws'), 'a')
    const train: TrainTrial = async (trial, onEpoch) => {
      if (trial.id === 2) throw new Error('out of memory')
      if (trial.id === 3) return { curve: [Number.NaN], complete: true }
      return climb(trial, onEpoch)
    }
    const trials = await run(store, 4, { train })
    expect(trials.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'failed', 'succeeded'])
    expect(trials[1].error).toBe('out of memory')
    expect(trials[2].error).toBe('the score is NaN')
  })
  it('blames no trial for what cannot be stored: it is trained to the end, and the next worker takes it', async () => {
    const place = await folder('unstored')
    const store = await folderStore(place, 'a')
    const offline = { ...store, complete: () => Promise.reject(new Error('no network')) }
    await expect(run(offline, 4)).rejects.toThrow('no network')
    const gone = async () => {
      throw new CheckpointError('the bucket: no network')
    }
    await expect(run(await folderStore(place, 'a'), 4, { train: gone })).rejects.toThrow('the bucket')
    const trials = await run(await folderStore(place, 'a'), 4)
    expect(trials.map(({ state }) => state)).toEqual(new Array(4).fill('succeeded'))
  })
  it('stops after three failures in a row, with the reason; started again, it goes on', async () => {
    const place = await folder('failing')
    const broken = async () => {
      throw new Error('no disk')
    }
    const failing = run(await folderStore(place, 'a'), 5, { train: broken })
    await expect(failing).rejects.toThrow(FailingSearchError)
    await expect(run(await folderStore(place, 'a'), 9, { train: broken })).rejects.toThrow(
      '3 trials in a row failed: no disk',
    )
    const mended = await run(await folderStore(place, 'a'), 9)
    expect(mended.map(({ state }) => state)).toEqual([
      ...new Array(6).fill('failed'),
      ...new Array(3).fill('succeeded'),
    ])
  })
  it('interrupted, goes on with the same trials as one that never was', async () => {
    const whole = await run(await folderStore(await folder('never'), 'a'), 5)
    const place = await folder('interrupted')
    let epochs = 0
    const isInterrupted = () => epochs > 7
    const train: TrainTrial = (trial, onEpoch) =>
      climb(trial, (curve) => {
        epochs++
        return onEpoch(curve)
      })
    await run(await folderStore(place, 'a'), 5, { train, isInterrupted })
    const rest = await run(await folderStore(place, 'a'), 5)
    const outcome = (trials: Trial[]) => trials.map(({ values, score, state }) => ({ values, score, state }))
    expect(outcome(rest)).toEqual(outcome(whole))
    // It was asked to stop; only a worker that dies uses up an attempt.
    expect(rest.filter(({ attempt }) => attempt > 1)).toHaveLength(0)
  })
  it('of another configuration is refused', async () => {
    const place = await folder('other')
    await run(await folderStore(place, 'a'), 1)
    await expect(folderStore(place, 'b')).rejects.toThrow(/holds another search \(a\)/)
  })
  it('stops trials below the median of what others had by then', async () => {
    const store = await folderStore(await folder('prunes'), 'a')
    const trials = await run(store, 20, { prunes: true })
    const pruned = trials.filter(({ state }) => state === 'pruned')
    expect(pruned.length).toBeGreaterThan(2)
    expect(trials.slice(0, 5).every(({ state }) => state === 'succeeded')).toBe(true)
    for (const { curve } of pruned) expect(curve.length).toBe(2)
    const best = trials.reduce((a, b) => ((b.values.x as number) > (a.values.x as number) ? b : a))
    expect(best.state).toBe('succeeded')
  })
})

describe('pruning', () => {
  const curves = (list: number[][]) =>
    list.map((curve, i) => ({
      ...(take([]) as Trial),
      id: i + 1,
      state: 'succeeded' as const,
      score: 1,
      curve,
    }))
  const others = curves([1, 2, 3, 4, 5].map((v) => [v, v, v]))
  it('compares the best so far with the median at the same epoch', () => {
    expect(isWorseThanMedian([0, 2.9], others)).toBe(true)
    expect(isWorseThanMedian([3.1, 0], others)).toBe(false)
    const even = curves([1, 2, 3, 4, 5, 6].map((v) => [v, v, v]))
    expect(isWorseThanMedian([0, 3.4], even)).toBe(true)
    expect(isWorseThanMedian([0, 3.6], even)).toBe(false)
  })
  it('says nothing of a first epoch, and nothing with few others', () => {
    expect(isWorseThanMedian([0], others)).toBe(false)
    expect(isWorseThanMedian([0, 0], others.slice(1))).toBe(false)
  })
})

it('the curve of several executions is their mean, epoch by epoch', () => {
  expect(meanCurve([[1, 2, 3], [3]])).toEqual([2, 2, 3])
  expect(meanCurve([])).toEqual([])
})

it('importance finds the dimension that decides', () => {
  const trials: Trial[] = []
  for (let i = 0; i < 25; i++) {
    const trial = take(trials)
    const values = { x: (i * 0.37) % 1, y: (i * 0.61) % 1 }
    const score = Math.sin(3 * values.x) + 0.1 * values.y
    trials[i] = { ...trial, values, state: 'succeeded', score, lease: null }
  }
  const shares = importances(space, trials as (Trial & { score: number })[])
  expect(shares.x).toBeGreaterThan(0.8)
  expect(shares.y).toBeLessThan(0.2)
})

describe('zoidberg tune', () => {
  const data = () => join(root, 'data')
  const tune = (out: string, ...args: string[]) => {
    const options = ['--model', 'resnet', '--size', '32', '--trials', '4', '--epochs', '2', '--json']
    const all = ['tune', '--data', data(), '--out', join(root, out), ...options, ...args]
    return startZoidberg(join(root, 'cache'), all)
  }
  beforeAll(() => writePhantoms(data(), { count: 150, seed: 1, size: { width: 48, height: 48 } }))

  it('goes on after a kill -9 with the trials of a search that was never killed, and reports', async () => {
    const whole = await tune('whole', '--no-retrain').ended
    expect(whole.code).toBe(0)
    expect(whole.err).toMatch(
      /^Searches the hyperparameters of resnet \(bayesian, 32 x 32 pixels\): 4 trials of at most 2 epochs, at most 8 epochs together, on .+ on this machine if .+ parameters\)\.$/m,
    )
    expect(lastLine(whole.err)).toBe(`Report: ${join(root, 'whole/report/report.html')}`)
    const killed = tune('killed', '--no-retrain')
    while (!killed.output.err.includes('trial 3:')) await sleep(20)
    killed.child.kill('SIGKILL')
    await killed.ended
    const resumed = await tune('killed', '--no-retrain').ended
    expect(resumed.err).not.toContain('trial 1:')
    expect(resumed.err).toMatch(/: 2 more trials of at most 2 epochs/)
    const outcome = (text: string) =>
      JSON.parse(text).trials.map(({ values, score }: Trial) => ({ values, score: score?.toFixed(3) }))
    expect(outcome(resumed.out)).toEqual(outcome(whole.out))
    const html = await readFile(join(root, 'killed/report/report.html'), 'utf8')
    expect(html).toContain('Best so far')
    expect(html).toContain('Parallel coordinates')
    expect(html).toContain('synthetic phantoms')
  })

  it('trains the best in the end as a normal run, after a kill -9 from where it was; hyperband goes on from the weights of survivors', async () => {
    const options = ['--tuner', 'hyperband', '--trials', '6', '--epochs', '3', '--images', '100']
    const killed = tune('hyperband', ...options)
    while (!killed.output.err.includes('best model, epoch 2/')) await sleep(20)
    killed.child.kill('SIGKILL')
    await killed.ended
    const { code, err, out } = await tune('hyperband', ...options).ended
    expect(killed.output.err).toMatch(
      /Then trains the best on everything: .+ for at most 30 epochs, evaluated on .+\. That takes .+ more\./,
    )
    expect(err).toMatch(/The search has ended with 6 trials\. Then trains the best .+ more epochs/)
    expect(err).toContain('training the best on everything')
    expect(lastLine(err)).toBe(`Report: ${join(root, 'hyperband/report/report.html')}`)
    const again = await tune('hyperband', ...options).ended
    expect(again.err).toContain('The search has ended with 6 trials.')
    expect(again.err).not.toContain('trains the best')
    expect(err).not.toContain('best model, epoch 1/')
    expect(code).toBe(0)
    const { trials, best } = JSON.parse(out)
    const survivor = trials.find(({ from }: Trial) => from !== null)
    expect(survivor.curve.slice(0, 1)).toEqual(trials[survivor.from - 1].curve)
    const manifest = JSON.parse(await readFile(join(root, 'hyperband/best/manifest.json'), 'utf8'))
    expect(manifest.training.hyperparameters.learningRate).toBe(best.values.learningRate)
  })

  it.each([
    [['--tuner', 'oracle-of-delphi'], /Allowed choices are random, grid, hyperband, bayesian/],
    [['--trials', '0'], /whole number/],
    [['--model', 'gpt'], /no model "gpt"/],
  ])('%j is bad usage', async (args, message) => {
    const { code, err } = await tune('no', ...args).ended
    expect(err).toMatch(message)
    expect(code).toBe(2)
  })
})
