/** Numbers and labels as the page's language writes them. */
import { type Label, wordsOf } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent, ratePercent } from '@zoidberg/core/contract/percent.ts'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'

/** Display names that a model brings. */
type Findings = Readonly<Record<string, string>>

const PNEUMONIAS = ['PNEUMONIA', 'BACTERIA', 'VIRUS']
const FRENCH_ENDS = [
  ['over ', 'plus de '],
  ['under ', 'moins de '],
] as const

/** @returns what writes a text in the language that is set */
export function useSpeech() {
  const { t, i18n } = useTranslation()
  const local = (english: string): string => {
    const text = english.replace(' %', '\u00a0%')
    if (i18n.language !== 'fr') return text
    return FRENCH_ENDS.reduce((said, [english, french]) => said.replace(english, french), text).replace(
      '.',
      ',',
    )
  }
  const label = (of: Label, findings?: Findings): string => labelIn(t, of, findings)
  return {
    t,
    label,
    /** Inside a sentence. */
    inSentence: (of: Label, findings?: Findings): string => label(of, findings).toLowerCase(),
    rate: (value: number): string => local(ratePercent(value)),
    probability: (value: number): string => local(probabilityPercent(value)),
    number: (value: string): string => local(value),
    /** @param at of ISO 8601 */
    moment: (at: string): string => new Date(at).toLocaleString(i18n.language),
    /** What the labels of a model are together, the negative one left out. */
    together: ([, ...findings]: readonly string[]): string =>
      t(findings.every((of) => PNEUMONIAS.includes(of)) ? 'labels.pneumonia' : 'labels.anyFinding'),
  }
}

/** Words that we know are translated; others are as the model brings them. */
function labelIn(t: TFunction, of: Label, findings?: Findings): string {
  const own =
    findings && Object.hasOwn(findings, of) && findings[of] !== wordsOf(of) ? findings[of] : undefined
  return own ?? t(`labels.${of}`, { defaultValue: wordsOf(of, findings) })
}
