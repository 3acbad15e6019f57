import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { lungTemplate } from '@zoidberg/training/dataset/lung-template.ts'
import { evaluateMaps } from '@zoidberg/training/evaluation/maps.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import type { Result } from './table.ts'

const IMAGES = 200

/** Looks at the maps of pneumonias that the model was not fitted on. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, model: path } = readOptions(args, { data: undefined, model: 'models/default' }).options
  const model = await loadModel(folder(path))
  const dataset = await loadDataset(data, model.manifest.input)
  const normals = partOf(dataset, 'train').filter(({ label }) => label === 'NORMAL')
  const pneumonias = partOf(dataset, 'validation').filter(({ label }) => label !== 'NORMAL')
  // Evenly over the list, which is in the order of file names: what a network says depends on the number in them.
  const images = Math.min(IMAGES, pneumonias.length)
  const chosen = Array.from(
    { length: images },
    (_, i) => pneumonias[Math.floor((i * pneumonias.length) / images)],
  )
  const figures = await evaluateMaps(model, { dataset, samples: chosen }, lungTemplate(dataset, normals))
  dataset.close()
  return { result: { model: model.manifest.id, ...figures }, data: dataset.fingerprint }
}
