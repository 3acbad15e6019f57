/** How a run's model compares with the one that answered then, in words. Pure. */

type Difference = { value: number; interval: [low: number, high: number] }

export const FIGURE_WORDS = {
  accuracy: 'accuracy',
  sensitivity: 'sensitivity',
  specificity: 'specificity',
  rocAuc: 'ROC AUC',
}
export type Figure = keyof typeof FIGURE_WORDS

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

const VERDICTS: Record<string, string> = {
  better: 'Better than',
  worse: 'Worse than',
  different: 'Differs from',
  'no difference': 'No difference from',
  'not enough images to tell': 'Not enough images to tell it from',
  'nothing to compare with': 'Nothing to compare it with',
}

/** @returns how the sentence about a comparison begins */
export const verdictWords = ({ verdict }: Comparison): string => VERDICTS[verdict] ?? verdict

/** What follows the verdict in its sentence. */
export function restOfSentence(comparison: Comparison): string {
  const { verdict, reason, against, images, patients } = comparison
  if (!against) return reason ? `: ${reason}.` : '.'
  const on = images ? `, on the same ${images} validation images of ${patients} patients` : ''
  return ` ${against}${on}.${verdict === 'different' ? ` ${whereItDiffers(comparison)}` : ''}`
}

/** @returns a comparison as one sentence */
export const comparisonWords = (comparison: Comparison): string =>
  verdictWords(comparison) + restOfSentence(comparison)

/** The figures whose interval leaves out 0, so that chance is no likely reason. */
function whereItDiffers({ differences = {} }: Comparison): string {
  const named = (isReal: (interval: Difference['interval']) => boolean) =>
    Object.entries(differences).flatMap(([name, { interval }]) =>
      isReal(interval) ? [FIGURE_WORDS[name as Figure] ?? name] : [],
    )
  const [better, worse] = [named(([low]) => low > 0), named(([, high]) => high < 0)]
  return [
    better.length > 0 ? `It is better in ${listOf(better)}.` : '',
    worse.length > 0 ? `It is worse in ${listOf(worse)}.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

/** "a", "a and b", "a, b and c". */
const listOf = (words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
