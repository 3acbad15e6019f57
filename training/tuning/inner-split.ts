/**
 * What a search looks at: a part of the training part. The validation part stays unseen, so that the model that is
 * trained in the end is evaluated on images the search never used.
 */
import { classIndex, type Sample } from '../dataset/dataset.ts'
import type { Split } from '../dataset/split.ts'
import { groupedStratifiedKFold } from '../dataset/splitters.ts'
import { UsageError } from '../errors.ts'
import { createRandom } from '../random.ts'

const FOLDS = 4
const SEED = 1 // any; fixed so that all trials of all searches look at the same images

/**
 * Splits samples into three quarters to train on and one to score on, patients apart and classes balanced.
 *
 * @param samples of the training part
 * @param classes that are balanced, as `labelsOf` gives them
 * @returns the same split for the same samples
 * @throws UsageError if a side lacks the negative class or has nothing else
 */
export function innerSplit(samples: Sample[], classes: readonly string[]): Split {
  const labels = samples.map((sample) => classIndex(sample, classes))
  const groups = samples.map(({ group }) => group)
  const [{ train, validation }] = groupedStratifiedKFold(labels, groups, { folds: FOLDS, seed: SEED })
  for (const [part, positions] of Object.entries({ train, validation }))
    if (new Set(positions.map((i) => samples[i].positive)).size < 2)
      throw new UsageError(`too few images to search on: the inner ${part} part has one class only.`)
  return { train: train.map((i) => samples[i]), validation: validation.map((i) => samples[i]) }
}

/**
 * Draws whole patients until there are enough images.
 *
 * @param images how many at least
 * @param seed another one draws other patients
 * @returns the samples of the drawn patients; all where there are no more
 */
export function drawPatients(samples: Sample[], images: number, seed: number): Sample[] {
  const byPatient = Map.groupBy(samples, ({ patient }) => patient)
  const kept: Sample[] = []
  for (const patient of createRandom(seed).shuffle([...byPatient.keys()])) {
    if (kept.length >= images) break
    kept.push(...(byPatient.get(patient) ?? []))
  }
  return kept
}
