/** Data sets as commands open them. */
import type { Size } from '@zoidberg/core/image.ts'
import { type Dataset, loadDataset } from '../dataset/dataset.ts'
import { progressBar } from './progress-bar.ts'
import { say } from './terminal.ts'

/**
 * Loads DIR under a progress bar and says what is odd about it.
 *
 * @param dir folder or gs://…
 * @param size the square images are squashed to, in pixels
 * @returns the data set, to be closed by the caller
 * @throws UsageError if DIR has no readable image in class folders
 */
export async function openDataset(dir: string, size: Size): Promise<Dataset> {
  const bar = progressBar('decoding')
  const dataset = await loadDataset(dir, size, bar.update)
  bar.stop()
  if (dataset.synthetic) say('The images are synthetic phantoms: the figures say nothing about X-rays.')
  for (const { file, reason } of dataset.unreadable) say(`unreadable: ${file}: ${reason}`)
  return dataset
}
