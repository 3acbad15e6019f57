import { loadDataset } from '@zoidberg/training/dataset/dataset.ts'

/**
 * Loads a data set to know which it is, where only the command line looks at it afterwards.
 *
 * @param side of the squares it is decoded to; the one that is trained on, so that the cache serves both
 * @returns its fingerprint
 */
export async function fingerprintOf(directory: string, side: number): Promise<string> {
  const dataset = await loadDataset(directory, { height: side, width: side })
  dataset.close()
  return dataset.fingerprint
}
