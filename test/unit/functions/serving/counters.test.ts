import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { describe, expect, it } from 'vitest'
import {
  createCounters,
  FLUSH_MS,
  LONE_FLUSH_MS,
  type Tally,
} from '../../../../functions/src/serving/counters.ts'

describe('counters', () => {
  const answer = (positive: boolean, totalMs: number) =>
    ({
      decision: { positive, probability: positive ? 0.97 : 0.05 },
      timing: { totalMs },
      warnings: positive ? [{ code: 'tiny', message: '' }] : [],
    }) as unknown as Prediction
  function setUpCounters() {
    const state = { now: Date.parse('2026-11-24T23:59:50Z'), stored: [] as Tally[], failing: false }
    const counters = createCounters(
      async (tallies) => {
        if (state.failing) throw new Error('no network')
        state.stored.push(...tallies)
        return []
      },
      () => {},
      () => state.now,
    )
    return { state, counters }
  }

  it('add up answers, failures of ours, positives and latency by model and day', async () => {
    const { state, counters } = setUpCounters()
    counters.count('one', answer(true, 20))
    await counters.flushIfDue(false)
    expect(state.stored, 'the first answer of an instance is stored at once').toHaveLength(1)
    counters.count('one', answer(false, 90))
    counters.count('one', answer(false, 95))
    counters.count('one', new ZoidbergError('not-an-image', 'their fault'))
    counters.count('two', new Error('our fault'))
    await counters.flushIfDue(false)
    expect(state.stored).toHaveLength(1)
    state.now += FLUSH_MS
    counters.count('one', answer(true, 5000))
    await counters.flushIfDue(false)
    expect(state.stored.slice(1)).toEqual([
      {
        modelId: 'one',
        day: '2026-11-24',
        counts: {
          requests: 2,
          errors: 0,
          positives: 0,
          milliseconds: 185,
          latency: { to100: 2 },
          probability: { p0: 2 },
          warnings: {},
        },
      },
      {
        modelId: 'two',
        day: '2026-11-24',
        counts: {
          requests: 1,
          errors: 1,
          positives: 0,
          milliseconds: 0,
          latency: {},
          probability: {},
          warnings: {},
        },
      },
      {
        modelId: 'one',
        day: '2026-11-25',
        counts: {
          requests: 1,
          errors: 0,
          positives: 1,
          milliseconds: 5000,
          latency: { slower: 1 },
          probability: { p9: 1 },
          warnings: { tiny: 1 },
        },
      },
    ])
  })

  it('are stored sooner where no other request would store them', async () => {
    const { state, counters } = setUpCounters()
    for (const [isLone, stored] of [
      [false, 1],
      [false, 1],
      [true, 2],
    ] as const) {
      counters.count('one', answer(true, 20))
      await counters.flushIfDue(isLone)
      expect(state.stored).toHaveLength(stored)
      state.now += LONE_FLUSH_MS
    }
  })

  it('are kept while they cannot be stored', async () => {
    const { state, counters } = setUpCounters()
    state.failing = true
    counters.count('one', answer(true, 20))
    await Promise.resolve()
    counters.count('one', answer(true, 30))
    state.failing = false
    await counters.flush()
    expect(state.stored).toMatchObject([{ counts: { requests: 2, latency: { to25: 1, to50: 1 } } }])
  })

  it('are kept where somebody else has just written', async () => {
    const tried: Tally[][] = []
    const counters = createCounters(
      async (tallies) => {
        tried.push(structuredClone(tallies))
        return tried.length === 1 ? tallies : []
      },
      () => {},
    )
    counters.count('one', answer(true, 20))
    await counters.flush()
    counters.count('one', answer(false, 20))
    await counters.flush()
    await counters.flush()
    expect(tried.map(([tally]) => tally.counts.requests)).toEqual([1, 2])
  })
})
