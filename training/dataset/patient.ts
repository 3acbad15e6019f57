/** Who is on an X-ray, and on which side of the split that patient lies. */
import { createHash } from 'node:crypto'

const VALIDATION_SHARE = 0.2

/** Chosen once, so that each class of the Kermany data has within 2 points of 20 % in validation; never change it. */
const SPLIT_SALT = 'zoidberg-split-1'

/**
 * File names that tell the patient: Kaggle's `personN_…`, `IM-NNNN-…`, `NORMAL2-IM-NNNN-…`, Mendeley's `BACTERIA-N-…`.
 */
const PATTERNS: [pattern: RegExp, id: (match: RegExpMatchArray) => string][] = [
  [/^person(\d+)_/i, (m) => `person${Number(m[1])}`],
  [/^(NORMAL2-)?IM-(\d{4})/i, (m) => `${(m[1] ?? '').toUpperCase()}IM-${m[2]}`],
  [/^(?:BACTERIA|VIRUS|NORMAL)-(\d+)-/i, (m) => m[1]],
]

/**
 * Reads the patient from the name of a file.
 *
 * @param fileName without folders
 * @returns the patient's id; a file that does not name one is its own patient, `known` false
 */
export function patientOf(fileName: string): { id: string; known: boolean } {
  for (const [pattern, id] of PATTERNS) {
    const match = fileName.match(pattern)
    if (match) return { id: id(match), known: true }
  }
  // Copies that `zoidberg augment` writes belong to the patient of their original.
  const original = fileName.replace(/(_augmented\d+)+(?=\.jpeg$)/, '').replace(/\.[^.]+$/, '')
  return { id: `file:${original}`, known: false }
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
