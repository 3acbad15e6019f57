/** What is in a data set, counted. */
import { ratePercent } from '@zoidberg/core/contract/percent.ts'
import { table } from '../table.ts'
import { alsoInTest, type Dataset, type Part, partOf, patientsOf, taskOf } from './dataset.ts'
import type { Pair } from './near-duplicates.ts'

const PARTS: Part[] = ['train', 'validation', 'test']

/** @returns classes, patients, parts and whatever is odd, as `data --json` prints it */
export function summarizeDataset(dataset: Dataset) {
  const labels = dataset.classes.filter((label) => dataset.samples.some((sample) => sample.label === label))
  const classes = labels.map((label) => {
    const all = dataset.samples.filter((sample) => sample.label === label)
    const parts = Object.fromEntries(
      PARTS.map((part) => [part, all.filter((sample) => sample.part === part).length]),
    )
    return { label, images: all.length, patients: patientsOf(all), ...parts }
  })
  const parts = PARTS.map((part) => ({
    part,
    images: partOf(dataset, part).length,
    patients: patientsOf(partOf(dataset, part)),
  }))
  return {
    schema: 1,
    directory: dataset.directory,
    synthetic: dataset.synthetic,
    task: taskOf(dataset),
    negative: dataset.classes[0],
    given: dataset.given,
    patientsKnown: dataset.withoutPatient === 0,
    images: dataset.samples.length,
    patients: patientsOf(dataset.samples),
    classes,
    parts: parts.filter(({ images }) => images > 0),
    duplicates: dataset.duplicates,
    alsoInTest: alsoInTest(dataset),
    skipped: dataset.skipped,
    ignored: dataset.ignored,
    unreadable: dataset.unreadable,
    withoutPatient: dataset.withoutPatient,
    fingerprint: dataset.fingerprint,
  }
}

/**
 * Writes a summary for people.
 *
 * @param s as `summarizeDataset` makes it, with the near duplicates where they were looked for
 * @returns several lines
 */
export function describeDataset(s: ReturnType<typeof summarizeDataset> & { near?: Pair[] }): string {
  const share = (part: number, whole: number) => `${part} (${ratePercent(part / whole)})`
  const rows = s.classes.map((c) => [
    c.label,
    c.images,
    c.patients,
    ...PARTS.map((part) => share(Number(c[part as keyof typeof c] ?? 0), c.images)),
  ])
  const duplicates = s.duplicates.reduce((sum, group) => sum + group.length - 1, 0)
  return [
    `${s.images} images of ${s.patients} patients in ${s.directory}${s.synthetic ? ' (synthetic phantoms)' : ''}`,
    '',
    table([['class', 'images', 'patients', ...PARTS], ...rows]),
    '',
    ...s.parts.map(({ part, images, patients }) => `${part}: ${images} images of ${patients} patients`),
    `exact duplicates: ${duplicates} in ${s.duplicates.length} groups, each kept on one side of training and validation`,
    ...(s.alsoInTest.patients + s.alsoInTest.images > 0
      ? [
          `warning: ${s.alsoInTest.patients} patient ids and ${s.alsoInTest.images} identical images of test/ are in the other parts too`,
        ]
      : []),
    ...(s.near
      ? [
          `the same film under two patients: ${s.near.length} pairs, ${s.near.filter((pair) => pair.acrossParts).length} on both sides of the split`,
          ...s.near.map(
            ({ files, correlation, mirrored }) =>
              `  ${files.join(' and ')}: correlation ${correlation.toFixed(4)}${mirrored ? ', mirrored' : ''}`,
          ),
        ]
      : []),
    `negative class: ${s.negative}; task: ${s.task}`,
    `skipped, no JPEG, PNG, WebP or DICOM: ${s.skipped}`,
    `passed over: ${s.ignored.length}`,
    ...s.ignored.slice(0, 20).map(({ path, why }) => `  ${path}: ${why}`),
    `unreadable: ${s.unreadable.length}`,
    ...s.unreadable.map(({ file, reason }) => `  ${file}: ${reason}`),
    ...(s.withoutPatient > 0
      ? [`warning: ${s.withoutPatient} file names tell no patient; each counts as a patient of its own`]
      : []),
    `fingerprint: ${s.fingerprint}`,
  ].join('\n')
}
