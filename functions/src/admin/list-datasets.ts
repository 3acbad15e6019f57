/** The data sets that lie in the bucket. */
import { extname } from 'node:path'
import type { Store } from '@zoidberg/core/store.ts'

/** What `core/image.ts` reads. */
const IMAGES = ['.jpeg', '.jpg', '.png', '.webp', '.dcm']

/** @property classes images by the name of the folder that they lie in */
export type ListedDataset = { name: string; images: number; at: string; classes: Record<string, number> }

/** @returns the data sets by their names, with the number of files that are images by their names, and the newest of them */
export async function listDatasets(store: Pick<Store, 'list'>): Promise<{ datasets: ListedDataset[] }> {
  const objects = (await store.list('datasets/')).flatMap(({ path, updated }) => {
    const [, name, ...below] = path.split('/')
    return IMAGES.includes(extname(path).toLowerCase()) && below.length > 0 ? [{ name, below, updated }] : []
  })
  const datasets = [...Map.groupBy(objects, ({ name }) => name)].map(([name, images]) => ({
    name,
    images: images.length,
    at: new Date(images.reduce((newest, { updated }) => Math.max(newest, updated), 0)).toISOString(),
    classes: Object.fromEntries(
      [...Map.groupBy(images, ({ below }) => below.at(-2) ?? '')].map(([folder, { length }]) => [
        folder,
        length,
      ]),
    ),
  }))
  return { datasets: datasets.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}
