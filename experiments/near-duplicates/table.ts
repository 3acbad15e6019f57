import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/** @property among pairs of different patients that were called the same film; seconds for all pairs */
export type Result = Stamped & {
  images: number
  films: number
  among: number
  seconds: number
  kinds: { kind: string; found: number; falseAlarms: number }[]
}

export const tables: Tables<Result> = {
  'near-duplicates': ({ kinds, films }) => [
    ['copies', 'found', 'pairs that are no copies'],
    ...kinds.map(({ kind, found, falseAlarms }) => [kind, `${found} of ${films}`, String(falseAlarms)]),
  ],
}
