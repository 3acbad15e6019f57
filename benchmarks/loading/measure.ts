/** `node measure.ts DIR SIDE`: loads a data set once. Prints JSON. */
import { loadDataset } from '@zoidberg/training/dataset/dataset.ts'
import type { Loading } from './table.ts'

const [directory, side] = process.argv.slice(2)
const started = performance.now()
const dataset = await loadDataset(directory, { height: Number(side), width: Number(side) })
const { samples, synthetic, fingerprint } = dataset
const figures: Loading = {
  images: samples.length,
  synthetic,
  fingerprint,
  seconds: (performance.now() - started) / 1000,
  rssMiB: process.memoryUsage.rss() / 2 ** 20,
}
dataset.close()
console.log(JSON.stringify(figures))
