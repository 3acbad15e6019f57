import { type Label, WORDS } from '@zoidberg/core/labels.ts'

export const wordsFor = (label: Label): string => WORDS[label]

export const OPERATING_POINT_WORDS: Record<string, string> = {
  balanced: 'balanced',
  screening: 'screening: miss few pneumonias',
  'rule-in': 'rule-in: call few healthy sick',
}

export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
