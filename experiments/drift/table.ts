import { percent } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/**
 * @property uncertain share of the films with a probability between 10 % and 90 %
 * @property found share of the days on which the alarm went off
 * @property answers after how many, on the median day; null where it did on fewer than half of them
 */
export type Kind = { name: string; uncertain: number; found: number; answers: number | null }
export type Result = Stamped & { model: string; images: number; days: number; most: number; kinds: Kind[] }

export const tables: Tables<Result> = {
  drift: ({ kinds, days, most }) => [
    ['films', 'uncertain', `alarm on so many of ${days} days of ${most} answers`, 'after so many answers'],
    ...kinds.map(({ name, uncertain, found, answers }) => [
      name,
      percent(uncertain),
      percent(found),
      answers === null ? '' : String(answers),
    ]),
  ],
}
