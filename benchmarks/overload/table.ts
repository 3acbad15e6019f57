import { count, milliseconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/**
 * What was answered in one second.
 *
 * @property refused with 429, and `failed` in any other way
 * @property p95 of what was answered, in milliseconds; null where nothing was
 * @property mebibytes of the server
 */
export type Second = {
  phase: Phase
  answered: number
  refused: number
  failed: number
  p95: number | null
  mebibytes: number
}
export const PHASES = ['before', 'overload', 'flood', 'after'] as const
export type Phase = (typeof PHASES)[number]

/** @property rate at which was asked, in requests a second; `p95` is of all answers of the phase */
export type PhaseFigures = {
  phase: Phase
  rate: number
  seconds: number
  answered: number
  refused: number
  failed: number
  p95: number
  mebibytes: number
}
/** Memory after so many predictions. */
export type Soak = { predictions: number; mebibytes: number }[]
/** @property capacity answers a second that eight clients got */
export type Result = Stamped & { capacity: number; phases: PhaseFigures[]; seconds: Second[]; soak: Soak }

export const tables: Tables<Result> = {
  'benchmarks/overload': ({ phases }) => [
    [
      '',
      'asked a second',
      'for',
      'answered a second',
      'refused with 429',
      'failed',
      '95th percentile',
      'memory',
    ],
    ...phases.map(({ phase, rate, seconds, answered, refused, failed, p95, mebibytes }) => [
      phase,
      rate.toFixed(0),
      `${seconds} s`,
      (answered / seconds).toFixed(0),
      `${((100 * refused) / (answered + refused + failed)).toFixed(0)} %`,
      String(failed),
      milliseconds(p95),
      `${mebibytes.toFixed(0)} MiB`,
    ]),
  ],
  'benchmarks/overload/soak': ({ soak }) => [
    ['predictions', 'memory'],
    ...soak
      .filter((_, i) => i % 5 === 0 || i === soak.length - 1)
      .map(({ predictions, mebibytes }) => [count(predictions), `${mebibytes.toFixed(0)} MiB`]),
  ],
}
