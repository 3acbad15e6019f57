/**
 * What a search looks at: a part of the training part. The validation part stays unseen, so that the model that is
 * trained in the end is judged on images the search never used.
 */
import type { Task } from '@zoidberg/core/contract/labels.ts'
import { classIndex, type Sample } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { groupedStratifiedKFold } from '../evaluation/splitters.ts'
import { createRandom } from '../random.ts'
import type { Split } from '../run/config.ts'

const FOLDS = 4

/** Divides samples, patients apart. @throws UsageError if a side lacks normal or pneumonia */
export function innerSplit(samples: Sample[], task: Task): Split {
  const labels = samples.map((sample) => classIndex(sample, task))
  const groups = samples.map(({ group }) => group)
  const [{ train, validation }] = groupedStratifiedKFold(labels, groups, FOLDS, 1)
  for (const [part, positions] of Object.entries({ train, validation }))
    if (new Set(positions.map((i) => samples[i].label === 'NORMAL')).size < 2)
      throw new UsageError(`too few images to search on: the inner ${part} part has one class only.`)
  return { train: train.map((i) => samples[i]), validation: validation.map((i) => samples[i]) }
}

/** Whole patients, drawn by the seed, until there are `images`; all samples where there are no more. */
export function drawPatients(samples: Sample[], images: number, seed: number): Sample[] {
  const byPatient = Map.groupBy(samples, ({ patient }) => patient)
  const kept: Sample[] = []
  for (const patient of createRandom(seed).shuffle([...byPatient.keys()])) {
    if (kept.length >= images) break
    kept.push(...(byPatient.get(patient) ?? []))
  }
  return kept
}
