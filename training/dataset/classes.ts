/** What classes a data set has: folders name them, and one is the negative one. Pure. */
import { UsageError } from '../errors.ts'

/** The names of the public archive's classes, as people write them. */
const KNOWN = new Map([
  ['BACTERIAL', 'BACTERIA'],
  ['BACTERIAL_PNEUMONIA', 'BACTERIA'],
  ['VIRAL', 'VIRUS'],
  ['VIRAL_PNEUMONIA', 'VIRUS'],
])
/** Labels that are kinds of pneumonia, or pneumonia itself. */
const PNEUMONIAS = ['PNEUMONIA', 'BACTERIA', 'VIRUS']
const NEGATIVE = /^(NORMAL|HEALTHY|NEGATIVE|CONTROL|CONTROLS|CLEAR|NO_.*|NON_.*|WITHOUT_.*)$/
const MAX_LABEL = 40

/**
 * Makes a label of a name that people gave: of a folder, or in a labels file.
 *
 * @returns capitals, digits and underscores, beginning with a letter or digit
 * @throws UsageError if nothing of the name is left
 */
export function labelOf(name: string): string {
  const label = name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, MAX_LABEL)
  if (label === '') throw new UsageError(`"${printable(name)}" cannot be the name of a class.`)
  return KNOWN.get(label) ?? label
}

/** @returns whether a folder of this name can hardly be anything but a class */
export const isClassName = (name: string): boolean => {
  const label = labelOf(name)
  return PNEUMONIAS.includes(label) || NEGATIVE.test(label)
}

/** @returns a name without control characters, which could write over a terminal */
export const printable = (name: string): string => name.replace(/\p{Cc}/gu, '?')

/**
 * Finds the class that means that nothing was found.
 *
 * @param labels of all classes that there are
 * @param wanted what the user says it is
 * @throws UsageError that lists what was found, if it is not known
 */
export function negativeOf(labels: readonly string[], wanted?: string): string {
  const found = labels.join(', ')
  if (wanted !== undefined) {
    const label = labelOf(wanted)
    if (labels.includes(label)) return label
    throw new UsageError(`There is no class "${printable(wanted)}"; there are ${found}.`)
  }
  if (labels.includes('NORMAL')) return 'NORMAL'
  const candidates = labels.filter((label) => NEGATIVE.test(label))
  if (candidates.length === 1) return candidates[0]
  if (labels.length === 1 || labels.every((label) => PNEUMONIAS.includes(label))) return 'NORMAL'
  throw new UsageError(
    `Which class means that nothing was found? Name it with --negative; there are ${found}.`,
  )
}

/** Kermany's files of pneumonia name its kind: Kaggle's `person1_bacteria_1.jpeg`, Mendeley's `BACTERIA-1008087-0001.jpeg`. */
const KINDS = [/^person\d+_(bacteria|virus)_\d+/i, /^(BACTERIA|VIRUS)-\d+-\d+/i]

/** @returns the kind of pneumonia that a file of the public archive names; else the label as it is */
export function kindOf(fileName: string, label: string): string {
  if (label !== 'PNEUMONIA') return label
  const kind = KINDS.map((pattern) => fileName.match(pattern)?.[1]).find(Boolean)
  return kind ? kind.toUpperCase() : label
}

/**
 * @param findings all labels but the negative one
 * @returns what a model with two classes calls them together
 */
export function togetherOf(findings: readonly string[]): string {
  if (findings.length === 1 && !PNEUMONIAS.includes(findings[0])) return findings[0]
  return findings.every((label) => PNEUMONIAS.includes(label)) ? 'PNEUMONIA' : 'ABNORMAL'
}

/**
 * @param labels of a model, the negative one first
 * @returns what the two sides of its decision are called
 */
export const sidesOf = ([negative, ...findings]: readonly string[]): string[] => [
  negative,
  togetherOf(findings),
]
