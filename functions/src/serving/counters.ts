/**
 * How each model does: answers, failures, latency and positives by day. Counted in memory and added to Firestore now and
 * then, so that a prediction never waits for it. What an instance counted after its last addition (at most ten seconds of
 * traffic, or its last request) is lost when the platform ends it, and an addition whose answer got lost counts twice:
 * good for comparing models, not for billing.
 */

import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'

export const FLUSH_MS = 10_000
/** Upper ends of the latency buckets, in milliseconds; what is slower is counted in `slower`. */
export const LATENCY_BUCKETS_MS = [25, 50, 100, 250, 1000] as const

/** @property errors failures of ours; a file that is no image is none */
export type Counts = {
  requests: number
  errors: number
  positives: number
  milliseconds: number
  latency: Record<string, number>
}

/** @property day as 2026-11-24, in UTC */
export type Tally = { modelId: string; day: string; counts: Counts }

export type Counters = ReturnType<typeof createCounters>

/** @param add adds tallies to what is stored; what it fails to add is counted again later */
export function createCounters(
  add: (tallies: Tally[]) => Promise<void>,
  onFailure: (error: Error) => void,
  now: () => number = Date.now,
) {
  let tallies = new Map<string, Tally>()
  let flushedAt = Number.NEGATIVE_INFINITY

  function tallyOf(modelId: string, day = new Date(now()).toISOString().slice(0, 10)): Counts {
    const key = `${modelId} ${day}`
    const tally = tallies.get(key) ?? {
      modelId,
      day,
      counts: { requests: 0, errors: 0, positives: 0, milliseconds: 0, latency: {} },
    }
    tallies.set(key, tally)
    return tally.counts
  }

  async function flush(): Promise<void> {
    const taken = [...tallies.values()]
    tallies = new Map()
    flushedAt = now()
    if (taken.length === 0) return
    try {
      await add(taken)
    } catch (error) {
      onFailure(error as Error)
      for (const { modelId, day, counts } of taken) merge(tallyOf(modelId, day), counts)
    }
  }

  return {
    /** Counts what a model said to one image. */
    count(modelId: string, result: Prediction | Error): void {
      if (result instanceof ZoidbergError && result.status < 500) return
      const counts = tallyOf(modelId)
      counts.requests++
      if (result instanceof Error) counts.errors++
      else {
        const { totalMs } = result.timing
        if (result.decision.positive) counts.positives++
        counts.milliseconds += totalMs
        const bucket = LATENCY_BUCKETS_MS.find((limit) => totalMs <= limit)
        const name = bucket === undefined ? 'slower' : `to${bucket}`
        counts.latency[name] = (counts.latency[name] ?? 0) + 1
      }
      if (now() - flushedAt >= FLUSH_MS) void flush()
    },
    flush,
  }
}

function merge(into: Counts, more: Counts): void {
  into.requests += more.requests
  into.errors += more.errors
  into.positives += more.positives
  into.milliseconds += more.milliseconds
  for (const [name, n] of Object.entries(more.latency)) into.latency[name] = (into.latency[name] ?? 0) + n
}
