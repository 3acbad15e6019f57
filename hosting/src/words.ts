import type { Label } from './api.ts'

const WORDS: Record<Label, string> = {
  NORMAL: 'Normal',
  PNEUMONIA: 'Pneumonia',
  BACTERIA: 'Bacterial pneumonia',
  VIRUS: 'Viral pneumonia',
}

export const wordsFor = (label: Label): string => WORDS[label]

export const OPERATING_POINT_WORDS: Record<string, string> = {
  balanced: 'balanced',
  screening: 'screening: miss few pneumonias',
  'rule-in': 'rule-in: call few healthy sick',
}

export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
