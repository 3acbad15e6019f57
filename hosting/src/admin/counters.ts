import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import { useEffect, useState } from 'react'
import { callAdmin } from './firebase.ts'

export type Day = DailyCounts

const PAUSE_MS = 20_000

/** @returns what the models did day by day, at most half a minute old; undefined until it is known */
export function useCounters(modelIds: string[], onError: (cause: unknown) => void): Day[] | undefined {
  const [days, setDays] = useState<Day[]>()
  const wanted = modelIds.join()
  useEffect(() => {
    let isWanted = true
    const read = () =>
      callAdmin<{ days: Day[] }>('readCounters', { modelIds: wanted.split(',') }).then((answer) => {
        if (isWanted) setDays(answer.days)
      }, onError)
    void read()
    const timer = setInterval(read, PAUSE_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [wanted, onError])
  return days
}

/**
 * @param share such as 0.95
 * @returns the end of the bucket that the percentile lies in, such as "≤ 100"; a dash where nothing was counted
 */
export function percentileOf(days: readonly Pick<Day, 'latency'>[], share: number): string {
  const counts = new Map<number, number>()
  for (const { latency } of days)
    for (const [bucket, count] of Object.entries(latency)) {
      const end = bucket === 'slower' ? Number.POSITIVE_INFINITY : Number(bucket.slice(2))
      counts.set(end, (counts.get(end) ?? 0) + count)
    }
  const ends = [...counts.keys()].sort((a, b) => a - b)
  const total = [...counts.values()].reduce((a, b) => a + b, 0)
  let sum = 0
  const end = ends.find((each) => {
    sum += counts.get(each) ?? 0
    return sum >= share * total
  })
  if (end === undefined) return '–'
  return end === Number.POSITIVE_INFINITY ? `> ${ends.at(-2) ?? 0}` : `≤ ${end}`
}
