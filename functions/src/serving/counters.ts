/**
 * Counters say how each model does: requests, failures, latency and positives by day. They are kept in memory and added to
 * Firestore now and then, while a request is still being answered: after the answer an instance has no processor. What it
 * counted after its last addition (a second of traffic where requests come one by one, at most ten where they overlap) waits for
 * its next request, and is lost when the platform ends it; an addition whose answer got lost counts twice. They are good for
 * comparing models, not for billing.
 */
import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import { tenthOf } from '@zoidberg/core/contract/drift.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { within } from './deadline.ts'

export const FLUSH_MS = 10_000
/** Where no other request is open, which would store them: what the last of a burst counted would wait for long. */
export const LONE_FLUSH_MS = 1000
/** How long an answer waits for an addition. */
const FLUSH_WAIT_MS = 500
/** Upper ends of the latency buckets, in milliseconds; what is slower is counted in `slower`. */
export const LATENCY_BUCKETS_MS = [25, 50, 100, 250, 1000] as const

export type Counts = Omit<Required<DailyCounts>, 'modelId' | 'day'>
/** What a model did on a day and is not stored yet. */
export type Tally = Pick<DailyCounts, 'modelId' | 'day'> & { counts: Omit<DailyCounts, 'modelId' | 'day'> }

export type Counters = ReturnType<typeof createCounters>

/**
 * Creates counters that stand at nothing.
 *
 * @param add adds tallies to what is stored; what it gives back or fails to add is counted again later
 * @param onFailure hears why tallies could not be added
 * @param now the time in milliseconds since 1970
 * @returns `count`; `flush`, which stores what was counted; and `flushIfDue`, for which an answer waits a little
 */
export function createCounters(
  add: (tallies: Tally[]) => Promise<Tally[]>,
  onFailure: (error: Error) => void,
  now: () => number = Date.now,
) {
  let tallies = new Map<string, Tally & { counts: Counts }>()
  let flushedAt = Number.NEGATIVE_INFINITY

  function countsOf(modelId: string, day = new Date(now()).toISOString().slice(0, 10)): Counts {
    const key = `${modelId} ${day}`
    const tally = tallies.get(key) ?? {
      modelId,
      day,
      counts: {
        requests: 0,
        errors: 0,
        positives: 0,
        milliseconds: 0,
        latency: {},
        probability: {},
        warnings: {},
      },
    }
    tallies.set(key, tally)
    return tally.counts
  }

  async function flush(): Promise<void> {
    const taken = [...tallies.values()]
    tallies = new Map()
    flushedAt = now()
    if (taken.length === 0) return
    const left = await add(taken).catch((error) => {
      onFailure(error)
      return taken
    })
    for (const { modelId, day, counts } of left) addCounts(countsOf(modelId, day), counts)
  }

  return {
    /** Counts what a model made of one image; a file that is no image is not the model's failure. */
    count(modelId: string, result: Prediction | Error): void {
      if (result instanceof ZoidbergError && result.status < 500) return
      const counts = countsOf(modelId)
      counts.requests++
      if (result instanceof Error) counts.errors++
      else {
        const { totalMs } = result.timing
        if (result.decision.positive) counts.positives++
        counts.milliseconds += totalMs
        addOne(counts.latency, bucketOf(totalMs))
        addOne(counts.probability, tenthOf(result.decision.probability))
        for (const { code } of result.warnings) addOne(counts.warnings, code)
      }
    },
    flush,
    /**
     * Stores what was counted, if that is due.
     *
     * @param isLone whether no other request is open
     */
    async flushIfDue(isLone: boolean): Promise<void> {
      const pause = isLone ? LONE_FLUSH_MS : FLUSH_MS
      if (tallies.size > 0 && now() - flushedAt >= pause) await within(FLUSH_WAIT_MS, flush())
    },
  }
}

function bucketOf(milliseconds: number): string {
  const limit = LATENCY_BUCKETS_MS.find((limit) => milliseconds <= limit)
  return limit === undefined ? 'slower' : `to${limit}`
}

/** Adds to `sum` what there is more. */
export function addCounts(sum: Tally['counts'], more: Tally['counts']): void {
  sum.requests += more.requests
  sum.errors += more.errors
  sum.positives += more.positives
  sum.milliseconds += more.milliseconds
  for (const name of ['latency', 'probability', 'warnings'] as const) {
    // Days that were counted by an earlier version have not all of them.
    const into = { ...sum[name] }
    for (const [bucket, n] of Object.entries(more[name] ?? {})) into[bucket] = (into[bucket] ?? 0) + n
    sum[name] = into
  }
}

function addOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
