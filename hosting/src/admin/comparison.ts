/** How a run's model compares with the one that answered then, in words. Pure. */
import type { TFunction } from 'i18next'

type Difference = { value: number; interval: [low: number, high: number] }

export const FIGURES = ['accuracy', 'sensitivity', 'specificity', 'rocAuc'] as const
type Figure = (typeof FIGURES)[number]

/** `result.comparison` of a run; of one that was not compared, only the first two. */
export type Comparison = {
  verdict: string
  reason?: string
  against?: string
  images?: number
  patients?: number
  mcnemar?: { onlyCandidate: number; onlyIncumbent: number; p: number }
  differences?: Partial<Record<Figure, Difference>>
}

/** @returns how the sentence about a comparison begins */
export const verdictWords = (t: TFunction, { verdict }: Comparison): string =>
  t(`compared.${verdict}`, { defaultValue: verdict })

/** What follows the verdict in its sentence. */
export function restOfSentence(t: TFunction, comparison: Comparison): string {
  const { verdict, reason, against, images, patients } = comparison
  if (!against) return reason ? `: ${reason}.` : '.'
  const on = images ? t('compared.on', { images, patients }) : ''
  return ` ${against}${on}.${verdict === 'different' ? ` ${whereItDiffers(t, comparison)}` : ''}`
}

/** @returns a comparison as one sentence */
export const comparisonWords = (t: TFunction, comparison: Comparison): string =>
  verdictWords(t, comparison) + restOfSentence(t, comparison)

/** The figures whose interval leaves out 0, so that chance is no likely reason. */
function whereItDiffers(t: TFunction, { differences = {} }: Comparison): string {
  const said = (key: string, isReal: (interval: Difference['interval']) => boolean): string[] => {
    const figures = FIGURES.filter((name) => {
      const difference = differences[name]
      return difference && isReal(difference.interval)
    }).map((name) => t(`compared.${name}`))
    return figures.length > 0 ? [t(key, { figures: listOf(t, figures) })] : []
  }
  return [
    ...said('compared.betterIn', ([low]) => low > 0),
    ...said('compared.worseIn', ([, high]) => high < 0),
  ].join(' ')
}

/** "a", "a and b", "a, b and c". */
const listOf = (t: TFunction, words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${t('compared.and')} ${words.at(-1)}`
