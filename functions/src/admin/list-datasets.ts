/** The data sets that lie in the bucket. */
import { extname } from 'node:path'
import type { ListedDataset } from '@zoidberg/core/contract/listings.ts'
import type { Store } from '@zoidberg/core/store.ts'

/** What `core/image.ts` reads. */
const IMAGES = ['.jpeg', '.jpg', '.png', '.webp', '.dcm']
/** Folders of these names are no classes, and those of masks hold no X-rays: `training/dataset/files.ts`. */
const PARTS = ['train', 'val', 'valid', 'validation', 'test']
const MASKS = /^masks?$/i

/** @returns the data sets by their names, with the number of files that are images by their names, and the newest of them */
export async function listDatasets(store: Pick<Store, 'list'>): Promise<{ datasets: ListedDataset[] }> {
  const objects = (await store.list('datasets/')).flatMap(({ path, updated }) => {
    const [, name, ...below] = path.split('/')
    const folders = below.slice(0, -1).filter((folder) => !PARTS.includes(folder.toLowerCase()))
    const isImage =
      IMAGES.includes(extname(path).toLowerCase()) && !folders.some((folder) => MASKS.test(folder))
    return isImage && below.length > 0 ? [{ name, label: folders[0] ?? '', updated }] : []
  })
  const datasets = [...Map.groupBy(objects, ({ name }) => name)].map(([name, images]) => ({
    name,
    images: images.length,
    at: new Date(images.reduce((newest, { updated }) => Math.max(newest, updated), 0)).toISOString(),
    classes: Object.fromEntries(
      [...Map.groupBy(images, ({ label }) => label)].map(([label, { length }]) => [label, length]),
    ),
  }))
  return { datasets: datasets.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}
