import { type Label, WORDS } from '@zoidberg/core/contract/labels.ts'

/** @returns what people call a label */
export const wordsFor = (label: Label): string => WORDS[label]

/** Inside a sentence. */
export const inSentence = (label: Label): string => WORDS[label].toLowerCase()

export const OPERATING_POINT_WORDS: Record<string, string> = {
  balanced: 'balanced',
  screening: 'screening: miss few pneumonias',
  'rule-in': 'rule-in: call few healthy sick',
}

/** "a", "a and b", "a, b and c". */
export const listOf = (words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
