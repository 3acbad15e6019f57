/** Who is on an X-ray, and on which side of the split that patient lies. */
import { createHash } from 'node:crypto'
import { UsageError } from '../errors.ts'

const VALIDATION_SHARE = 0.2

/** Chosen once, so that each class of the Kermany data has within 2 points of 20 % in validation; never change it. */
const SPLIT_SALT = 'zoidberg-split-1'

/**
 * File names that tell the patient: Kaggle's `personN_…`, `IM-NNNN-…`, `NORMAL2-IM-NNNN-…`, Mendeley's `BACTERIA-N-…`.
 */
const PATTERNS: [pattern: RegExp, id: (match: RegExpMatchArray) => string, isOf?: string][] = [
  [/^person(\d+)_/i, (m) => `person${Number(m[1])}`],
  // Only of the healthy: viewers of DICOM give such names to everything that they export.
  [/^(NORMAL2-)?IM-(\d{4})/i, (m) => `${(m[1] ?? '').toUpperCase()}IM-${m[2]}`, 'NORMAL'],
  [/^(?:BACTERIA|VIRUS|NORMAL)-(\d+)-/i, (m) => m[1]],
]

/** @property known whether anything told it: a file that nothing is known of is its own patient */
export type Patient = { id: string; known: boolean }

/**
 * Finds the patient of a file: what the labels file, a folder of its own or DICOM says, else what a pattern reads from the
 * path, else what the names of the public archive say.
 *
 * @param file with its path, its label, and its patient where that is given
 * @param pattern whose first group is the patient, read from the path
 */
export function patientOf(
  { file, label, patient }: { file: string; label: string; patient?: string },
  pattern?: RegExp,
): Patient {
  if (patient !== undefined) return { id: `given:${patient}`, known: true }
  const read = pattern && file.match(pattern)
  if (read?.[1]) return { id: `given:${read[1]}`, known: true }
  const name = file.slice(file.lastIndexOf('/') + 1)
  for (const [known, id, of] of PATTERNS) {
    const match = name.match(known)
    if (match && (of === undefined || of === label)) return { id: id(match), known: true }
  }
  // Copies that `zoidberg augment` writes belong to the patient of their original. The same name in two classes is no
  // one patient.
  const original = name.replace(/(_augmented\d+)+(?=\.jpeg$)/, '').replace(/\.[^.]+$/, '')
  return { id: `file:${label}/${original}`, known: false }
}

/**
 * Reads what a user says of names.
 *
 * @param text a regular expression with one group
 * @throws UsageError if it is none
 */
export function patientPattern(text: string): RegExp {
  try {
    const pattern = new RegExp(text)
    if (new RegExp(`${text}|`).exec('')?.length === 2) return pattern
  } catch {
    // said below
  }
  throw new UsageError(`--patient-pattern takes a regular expression with one group, not "${text}".`)
}

/**
 * Finds the series that a patient's id belongs to: a network must not learn that instead of lungs.
 *
 * @param patient an id as `patientOf` gives it
 * @returns the id without its number, such as `IM` or `NORMAL2-IM`
 */
export const seriesOf = (patient: string): string => patient.replace(/-?\d+$/, '')

/**
 * @param patient an id as `patientOf` gives it
 * @returns the number in it; undefined where the file named no patient
 */
export const numberOf = (patient: string): number | undefined => {
  const [number] = patient.startsWith('file:') ? [] : (patient.match(/\d+$/) ?? [])
  return number === undefined ? undefined : Number(number)
}

/** Uniform in [0, 1), the same for the same patient for ever: under VALIDATION_SHARE is validation. */
function splitPosition(patient: string): number {
  return createHash('sha256').update(`${SPLIT_SALT}/${patient}`).digest().readUInt32BE(0) / 2 ** 32
}

/** @returns whether a patient's images are validated on; the others are trained on */
export const isValidation = (patient: string): boolean => splitPosition(patient) < VALIDATION_SHARE

/**
 * Joins patients that share an identical image, so that duplicates stay on one side.
 *
 * @param pairs of patient and content hash, one per image
 * @returns of each patient the smallest id among all it is joined with
 */
export function joinDuplicates(pairs: Iterable<{ patient: string; sha256: string }>): Map<string, string> {
  const parent = new Map<string, string>()
  const root = (id: string): string => {
    const up = parent.get(id) ?? id
    return up === id ? id : root(up)
  }
  const firstWith = new Map<string, string>()
  for (const { patient, sha256 } of pairs) {
    parent.set(patient, root(patient))
    const other = firstWith.get(sha256)
    if (other === undefined) firstWith.set(sha256, patient)
    else {
      const [low, high] = [root(other), root(patient)].sort()
      parent.set(high, low)
    }
  }
  return new Map([...parent.keys()].map((id) => [id, root(id)]))
}
