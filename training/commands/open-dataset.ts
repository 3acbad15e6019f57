/** Data sets as commands open them. */
import type { Size } from '@zoidberg/core/image.ts'
import { alsoInTest, type Dataset, loadDataset } from '../dataset/dataset.ts'
import { type DataOptions, datasetOptionsOf } from './arguments.ts'
import { progressBar } from './progress-bar.ts'
import { say } from './terminal.ts'

/** More would push everything else off the screen. */
const MOST_IGNORED = 10

/**
 * Loads DIR under a progress bar and says what is odd about it.
 *
 * @param dir folder or gs://…
 * @param size the square images are squashed to, in pixels
 * @param options what names do not tell
 * @returns the data set, to be closed by the caller
 * @throws UsageError if DIR has no readable image in class folders
 */
export async function openDataset(dir: string, size: Size, options: DataOptions = {}): Promise<Dataset> {
  const bar = progressBar('decoding')
  const dataset = await loadDataset(dir, size, bar.update, datasetOptionsOf(options))
  bar.stop()
  if (dataset.synthetic) say('The images are synthetic phantoms: the figures say nothing about X-rays.')
  for (const { path, why } of dataset.ignored.slice(0, MOST_IGNORED)) say(`passed over: ${path}: ${why}`)
  if (dataset.ignored.length > MOST_IGNORED) say(`… and ${dataset.ignored.length - MOST_IGNORED} more`)
  if (dataset.given.includes('validation'))
    say(
      options.givenSplit
        ? 'val/ stays the validation part, as it was given.'
        : 'train/ and val/ are pooled and split by patients; --given-split keeps them.',
    )
  const { patients, images } = alsoInTest(dataset)
  if (patients + images > 0)
    say(
      `warning: ${patients} patient ids and ${images} identical images of the test part are in the other parts too.`,
    )
  if (dataset.withoutPatient > 0)
    say(
      `warning: ${dataset.withoutPatient} files tell no patient: each counts as one, so the same child may be on both sides.`,
    )
  for (const { file, reason } of dataset.unreadable) say(`unreadable: ${file}: ${reason}`)
  return dataset
}
