/** How long runs take, in words. Pure. */
import type { Run } from '@zoidberg/core/contract/run.ts'
import type { TFunction } from 'i18next'

const MINUTE = 60_000

/** @returns words such as "under a minute", "12 min" or "1 h 5 min" */
export function duration(t: TFunction, milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE)
  if (minutes < 1) return t('runs.minute')
  if (minutes < 60) return t('runs.minutes', { minutes })
  return t('runs.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}

/** @returns the time between two moments of ISO 8601, in words */
export const spanOf = (t: TFunction, from: string, to: string): string =>
  duration(t, Date.parse(to) - Date.parse(from))

/** @returns how long the rest of a phase takes, if it goes on at its pace; undefined before a tenth is done */
export function leftOf(
  t: TFunction,
  { createdAt, progress, heartbeat }: Pick<Run, 'createdAt' | 'progress' | 'heartbeat'>,
): string | undefined {
  if (!progress || !heartbeat || progress.total === 0) return undefined
  const share = progress.done / progress.total
  if (share < 0.1 || share >= 1) return undefined
  const passed = heartbeat - Date.parse(createdAt)
  return t('runs.left', { time: duration(t, (passed / share) * (1 - share)) })
}
