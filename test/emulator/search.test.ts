import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LEASE_SECONDS, LostLeaseError } from '@zoidberg/core/lease.ts'
import { firestore } from '@zoidberg/training/cloud.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { firestoreStore } from '@zoidberg/training/tuning/stores/firestore.ts'
import type { Trial } from '@zoidberg/training/tuning/trials.ts'
import { describe, expect, it } from 'vitest'

const claim = () => ({ values: { x: Math.random() }, epochs: 1 })
/** Three times a lease of the workers, whose clocks run fifty times as fast. */
const PAUSE = 4000
const result = { state: 'succeeded', score: 1 } as const

describe('trials in Firestore', () => {
  it('are claimed once, however many ask at the same moment', async () => {
    const store = await firestoreStore(firestore(), { run: `run-${randomUUID()}`, identity: 'a' })
    const claimed = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => store.claim(`worker ${n}`, claim)))
    expect(claimed.map((trial) => (trial as Trial).id).sort()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('of a dead worker are taken over, and its late result is refused', async () => {
    let now = 1_000_000
    const store = await firestoreStore(firestore(), {
      run: `run-${randomUUID()}`,
      identity: 'a',
      now: () => now,
    })
    const dead = (await store.claim('dead', claim)) as Trial
    expect(await store.claim('other', () => 'done')).toBe('wait')
    now += 1000 * LEASE_SECONDS + 1
    const taken = (await store.claim('other', claim)) as Trial
    expect(taken).toMatchObject({ id: dead.id, values: dead.values, attempt: 2 })
    const late = dead.lease?.token as string
    await expect(store.complete(dead.id, late, { result: result, curve: [1], seconds: 1 })).rejects.toThrow(
      LostLeaseError,
    )
    await expect(store.renew(dead.id, late, [1])).rejects.toThrow(LostLeaseError)
    await store.complete(taken.id, taken.lease?.token as string, {
      result: { ...result, score: 7 },
      curve: [7],
      seconds: 1,
    })
    await expect(store.complete(dead.id, late, { result: result, curve: [1], seconds: 1 })).rejects.toThrow(
      LostLeaseError,
    )
    expect((await store.list())[0]).toMatchObject({ state: 'succeeded', score: 7, lease: null })
  })

  it('stay with a worker that keeps its lease alive', async () => {
    let now = 1_000_000
    const store = await firestoreStore(firestore(), {
      run: `run-${randomUUID()}`,
      identity: 'a',
      now: () => now,
    })
    const trial = (await store.claim('alive', claim)) as Trial
    for (let beat = 0; beat < 3; beat++) {
      now += 900 * LEASE_SECONDS
      await store.renew(trial.id, trial.lease?.token as string, [])
      expect(await store.claim('other', () => 'done')).toBe('wait')
    }
  })

  it('of another search are not touched', async () => {
    const run = `run-${randomUUID()}`
    await firestoreStore(firestore(), { run, identity: 'a' })
    await expect(firestoreStore(firestore(), { run, identity: 'b' })).rejects.toThrow(/another search \(a\)/)
  })
})

it('four workers, killed and paused at random, finish every trial exactly once', async () => {
  const [run, trials] = [`chaos-${randomUUID()}`, 24]
  const random = createRandom(Date.now())
  const events: { started?: number; accepted?: number; done?: boolean }[] = []
  const live = new Set<ChildProcess>()
  const paused = new Set<ChildProcess>()
  let finished = 0
  const start = () => {
    const script = join(import.meta.dirname, '../support/search-worker.ts')
    const args = ['--disable-warning=ExperimentalWarning', script, run, String(trials)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let rest = ''
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() as string
      for (const line of lines) {
        const event = JSON.parse(line)
        events.push(event)
        if (event.done) finished++
      }
    })
    child.on('exit', () => live.delete(child))
    live.add(child)
  }
  const deadline = Date.now() + 50_000
  let [kills, pauses] = [0, 0]
  while (finished === 0 && Date.now() < deadline) {
    while (live.size < 4) start()
    await sleep(400 + random.integer(600))
    const running = [...live].filter((child) => !paused.has(child))
    const victim = running[random.integer(running.length)]
    if (events.length < 4 || !victim) continue
    if (kills < 5 && kills <= pauses) {
      victim.kill('SIGKILL')
      kills++
    } else if (pauses < 4) {
      victim.kill('SIGSTOP')
      pauses++
      paused.add(victim)
      setTimeout(() => {
        victim.kill('SIGCONT')
        paused.delete(victim)
      }, PAUSE)
    }
  }
  await sleep(5000)
  for (const child of live) child.kill('SIGKILL')
  expect(kills).toBeGreaterThan(1)
  expect(pauses).toBeGreaterThan(1)

  const stored = await (await firestoreStore(firestore(), { run, identity: 'chaos' })).list()
  expect(stored).toHaveLength(trials)
  // Bad luck may strike one trial three times; it is then given up by name.
  for (const { state, error } of stored)
    if (state === 'failed') expect(error).toMatch(/its worker died 3 times/)
    else expect(state).toBe('succeeded')
  const accepted = events.flatMap(({ accepted }) => (accepted ? [accepted] : []))
  expect(accepted.toSorted((a, b) => a - b)).toEqual([...new Set(accepted)].sort((a, b) => a - b))
  expect(stored.some(({ attempt }) => attempt > 1)).toBe(true)
}, 70_000)
