/** Which samples a training fits and which it validates on. */
import { createHash } from 'node:crypto'
import { UsageError } from '../errors.ts'
import { classIndex, type Dataset, partOf, type Sample } from './dataset.ts'

/** What is fitted on, what is validated on (no patient is in both), and what is evaluated once at the end. */
export type Split = { train: Sample[]; validation: Sample[]; test?: Sample[] }

/** @returns the split by a hash of the patient, which every training has that is asked for no other */
export const hashedSplit = (dataset: Dataset): Split => ({
  train: partOf(dataset, 'train'),
  validation: partOf(dataset, 'validation'),
  test: partOf(dataset, 'test'),
})

/**
 * Names a split: what was trained on one must not go on on another.
 *
 * @returns twelve hexadecimal digits that change with the images that are fitted or validated on, not with their order
 */
export function splitDigest({ train, validation }: Split): string {
  const files = [train, validation].map((part) => part.map(({ file }) => file).sort())
  return createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)
}

/**
 * Makes sure that a split can be learnt and evaluated.
 *
 * @param classes that there must be, as `labelsOf` gives them
 * @param where of the split, for the error, such as " of fold 2"
 * @throws UsageError naming a class that there is nothing to learn from, or nothing to validate with
 */
export function assertEveryClass({ train, validation }: Split, classes: readonly string[], where = ''): void {
  for (const [part, samples] of Object.entries({ training: train, validation })) {
    const labels = new Set(samples.map((sample) => classIndex(sample, classes)))
    const missing = classes.find((_, k) => !labels.has(k))
    if (missing)
      throw new UsageError(
        `the ${part} part${where} has no image of ${missing}; add images of more patients.`,
      )
  }
}
