/** A canary that fails more often than production does, beyond chance, is ended without anybody's asking. */
import { readChannels, setCanary } from '@zoidberg/core/channels.ts'
import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { countsOf } from '../serving/tallies.ts'

type Errors = { requests: number; errors: number }

/** Fewer failures say nothing, however few requests there were. */
const LEAST_ERRORS = 5
/** One chance in 30,000: it is asked every five minutes, for as long as the canary lasts. */
const Z_LIMIT = 4
const DAY_MS = 86_400_000

/**
 * Compares two shares of failures by the pooled z-test of two proportions, one-sided.
 *
 * @returns whether the canary fails more often than chance explains
 */
export function isWorse(canary: Errors, production: Errors): boolean {
  if (canary.errors < LEAST_ERRORS || production.requests === 0) return false
  const pooled = (canary.errors + production.errors) / (canary.requests + production.requests)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / canary.requests + 1 / production.requests))
  const difference = canary.errors / canary.requests - production.errors / production.requests
  return spread > 0 && difference / spread > Z_LIMIT
}

/**
 * Ends canaries that fail too often, by what was counted today and yesterday.
 *
 * @returns the names of their channels
 */
export async function endBadCanaries({
  firestore,
  serving,
  store,
  now = Date.now(),
}: {
  firestore: Firestore
  serving: Firestore
  store: ReadStore
  now?: number
}): Promise<string[]> {
  const ended: string[] = []
  for (const [name, { modelId, canary }] of await readChannels(firestore)) {
    if (!canary) continue
    const [ofCanary, ofProduction] = await Promise.all(
      [canary.modelId, modelId].map((id) => errorsOf(serving, id, now)),
    )
    if (!isWorse(ofCanary, ofProduction)) continue
    const why = `${ofCanary.errors} of ${ofCanary.requests} requests failed; ${ofProduction.errors} of ${ofProduction.requests} with ${modelId}`
    const mover = { by: 'the schedule', why, expected: modelId }
    // Whoever has moved the channel meanwhile has seen to it.
    const isEnded = await setCanary({ firestore, store, channel: name }, null, mover).catch(() => undefined)
    if (isEnded) ended.push(name)
  }
  return ended
}

async function errorsOf(serving: Firestore, modelId: string, now: number): Promise<Errors> {
  const days = [now, now - DAY_MS].map((at) => new Date(at).toISOString().slice(0, 10))
  const stored = await Promise.all(days.map((day) => countsOf(serving, modelId, day).get()))
  const counts = stored.map((day) => day.data() as DailyCounts | undefined)
  const sum = (take: (day: DailyCounts) => number) =>
    counts.reduce((total, day) => total + (day ? take(day) : 0), 0)
  return { requests: sum(({ requests }) => requests), errors: sum(({ errors }) => errors) }
}
