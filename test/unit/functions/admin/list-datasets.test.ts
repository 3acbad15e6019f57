import { expect, it } from 'vitest'
import { listDatasets } from '../../../../functions/src/admin/list-datasets.ts'
import { memoryStore } from '../support/memory-store.ts'

it('the data sets are the folders of the bucket, with their images by class', async () => {
  const paths = [
    'datasets/chest/train/NORMAL/a.jpeg',
    'datasets/chest/train/PNEUMONIA/b.JPEG',
    'datasets/chest/test/PNEUMONIA/c.dcm',
    'datasets/chest/labels.csv',
    'datasets/phantoms/NORMAL/images/a.png',
    'datasets/phantoms/NORMAL/masks/a.png',
    'datasets/loose.png',
    'models/a/model.json',
  ]
  const { datasets } = await listDatasets(memoryStore(new Map(paths.map((path) => [path, new Uint8Array()]))))
  expect(datasets).toMatchObject([
    { name: 'chest', images: 3, classes: { NORMAL: 1, PNEUMONIA: 2 } },
    { name: 'phantoms', images: 1, classes: { NORMAL: 1 } },
  ])
})
