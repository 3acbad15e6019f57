/** The splits of a cross-validation: by patients, by the series of the normal images, or by the patients' numbers. */
import { UsageError } from '../errors.ts'
import { classIndex, type Dataset, outsideTest, partOf, type Sample } from './dataset.ts'
import { numberOf, seriesOf } from './patient.ts'
import type { Split } from './split.ts'
import { groupedStratifiedKFold } from './splitters.ts'

/**
 * Cuts everything outside `test/` into folds that keep patients together and classes balanced.
 *
 * @param options the classes that are balanced, how many folds, and the seed that draws them
 * @returns one split per fold, named "1", "2", …
 * @throws UsageError if there are fewer than two folds, or more than patients
 */
export function patientFolds(
  dataset: Dataset,
  { labels, folds, seed }: { labels: readonly string[]; folds: number; seed: number },
): Record<string, Split> {
  const samples = outsideTest(dataset)
  const split = groupedStratifiedKFold(
    samples.map((sample) => classIndex(sample, labels)),
    samples.map(({ group }) => group),
    { folds, seed },
  )
  return Object.fromEntries(
    split.map(({ train, validation }, k) => [
      k + 1,
      { train: train.map((i) => samples[i]), validation: validation.map((i) => samples[i]) },
    ]),
  )
}

/**
 * Leaves out one series of normal images at a time: each fold is fitted without it and validated with it as the only
 * normals. A network that tells normal images by their series instead of by their lungs fails here. Files that name no
 * patient are of no series.
 *
 * @returns one split per series, by its name
 * @throws UsageError if all normal images are of one series
 */
export function seriesFolds(dataset: Dataset): Record<string, Split> {
  const isNormal = ({ positive }: Sample) => !positive
  const pooled = outsideTest(dataset)
  const named = pooled.filter(({ patient }) => numberOf(patient) !== undefined)
  const all = new Set(named.filter(isNormal).map(({ patient }) => seriesOf(patient)))
  if (all.size < 2) throw new UsageError('the normal images are of one series: there is none to leave out.')
  return Object.fromEntries(
    [...all].map((series) => {
      const isOf = (sample: Sample) => isNormal(sample) && seriesOf(sample.patient) === series
      const train = partOf(dataset, 'train').filter((sample) => !isOf(sample))
      const validation = partOf(dataset, 'validation').filter((sample) => !isNormal(sample) || isOf(sample))
      return [series, { train, validation }]
    }),
  )
}

const BLOCKS = 5

/**
 * Blocked cross-validation (Roberts et al. 2017): cuts the patients of each series, in the order of their numbers, into
 * five blocks of nearly as many images. The official test was cut off this folder that way: its normals have the
 * numbers below this folder's lowest. A network that depends on what changed while the data set was collected fails
 * here. Images whose file tells no number are trained on in every fold.
 *
 * @returns one split per block, named "1" to "5" from the lowest numbers up
 * @throws UsageError if most files tell no number
 */
export function numberFolds(dataset: Dataset): Record<string, Split> {
  const pooled = outsideTest(dataset)
  const known = pooled.filter(({ group }) => numberOf(group) !== undefined)
  if (known.length < pooled.length / 2)
    throw new UsageError('the names of most files tell no number of the patient: there is no order to cut.')
  const blockOf = new Map<string, number>()
  for (const series of Object.values(Object.groupBy(known, ({ group }) => seriesOf(group))) as Sample[][]) {
    const ordered = series.toSorted((a, b) => Number(numberOf(a.group)) - Number(numberOf(b.group)))
    ordered.forEach(({ group }, i) => {
      if (!blockOf.has(group)) blockOf.set(group, Math.floor((i * BLOCKS) / ordered.length))
    })
  }
  return Object.fromEntries(
    Array.from({ length: BLOCKS }, (_, k) => {
      const isIn = ({ group }: Sample) => blockOf.get(group) === k
      const train = pooled.filter((sample) => !isIn(sample))
      return [k + 1, { train, validation: pooled.filter(isIn) }]
    }),
  )
}
