/** `npm run maps -- DIR [MODEL]`: activation maps of the default model on 200 validation pneumonias. Writes bench/maps.json. */
import { writeFileSync } from 'node:fs'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { lungTemplate } from '@zoidberg/training/dataset/lungs.ts'
import { evaluateMaps } from '@zoidberg/training/evaluation/maps.ts'
import { table } from '@zoidberg/training/terminal.ts'

const IMAGES = 200
const [directory, path = 'models/default'] = process.argv.slice(2)
if (!directory) throw new Error('say which data set: npm run maps -- DIR [MODEL]')
await loadEngine()
const model = await loadModel(folder(path))
const dataset = await loadDataset(directory, model.manifest.input)
const normals = partOf(dataset, 'train').filter(({ label }) => label === 'NORMAL')
const pneumonias = partOf(dataset, 'validation').filter(({ label }) => label !== 'NORMAL')
// Evenly over the list, which is in the order of file names: what a network says depends on the number in them.
const images = Math.min(IMAGES, pneumonias.length)
const chosen = Array.from(
  { length: images },
  (_, i) => pneumonias[Math.floor((i * pneumonias.length) / images)],
)
const figures = await evaluateMaps(model, dataset, chosen, lungTemplate(dataset, normals))
dataset.close()
const { massInLungs, gaussianMassInLungs, mapBeatsGaussian, hidden } = figures
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
console.log(
  `${percent(massInLungs)} of the map in the lungs, ${percent(gaussianMassInLungs)} of a Gaussian; better in ${percent(mapBeatsGaussian)} of ${figures.images} images`,
)
console.log(
  table([
    ['P(pneumonia) falls by, hidden with', 'strongest fifth', 'random fifth', 'difference (95 %)'],
    ...Object.entries(hidden).map(([fill, { top, random, intervals }]) => [
      fill,
      top.toFixed(4),
      random.toFixed(4),
      `${(top - random).toFixed(4)} (${intervals.difference.map((v) => v.toFixed(4)).join(' to ')})`,
    ]),
  ]),
)
writeFileSync(
  new URL('maps.json', import.meta.url),
  `${JSON.stringify({ model: model.manifest.id, ...figures }, null, 2)}\n`,
)
