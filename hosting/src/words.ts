import { type Label, wordsOf } from '@zoidberg/core/contract/labels.ts'

/** Display names that a model brings. */
type Findings = Readonly<Record<string, string>>

/** @returns what people call a label */
export const wordsFor = (label: Label, findings?: Findings): string => wordsOf(label, findings)

/** Inside a sentence. */
export const inSentence = (label: Label, findings?: Findings): string =>
  wordsOf(label, findings).toLowerCase()

export const OPERATING_POINT_WORDS: Record<string, string> = {
  balanced: 'balanced',
  screening: 'screening: miss few pneumonias',
  'rule-in': 'rule-in: call few healthy sick',
}

/** "a", "a and b", "a, b and c". */
export const listOf = (words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const PNEUMONIAS = ['PNEUMONIA', 'BACTERIA', 'VIRUS']

/** @returns what the labels of a model are together, the negative one left out */
export const togetherOf = ([, ...findings]: string[]): string =>
  findings.every((label) => PNEUMONIAS.includes(label)) ? 'pneumonia' : 'any finding'
