/** How long runs take, in words. Pure. */
import type { Run } from '@zoidberg/core/contract/run.ts'

const MINUTE = 60_000

/** @returns words such as "under a minute", "12 min" or "1 h 5 min" */
export function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE)
  if (minutes < 1) return 'under a minute'
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** @returns the time between two moments of ISO 8601, in words */
export const spanOf = (from: string, to: string): string => duration(Date.parse(to) - Date.parse(from))

/** @returns how long the rest of a phase takes, if it goes on at its pace; nothing before a tenth is done */
export function leftOf({
  createdAt,
  progress,
  heartbeat,
}: Pick<Run, 'createdAt' | 'progress' | 'heartbeat'>): string {
  if (!progress || !heartbeat || progress.total === 0) return ''
  const share = progress.done / progress.total
  if (share < 0.1 || share >= 1) return ''
  const passed = heartbeat - Date.parse(createdAt)
  return `, about ${duration((passed / share) * (1 - share))} left`
}
