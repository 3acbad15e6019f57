import { milliseconds } from '../lib/format.ts'
import type { Latency } from '../lib/latency.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/**
 * Durations in milliseconds.
 *
 * @property engineMs loading the engine
 * @property loadMs loading the model
 * @property firstMs the first prediction
 * @property rssMiB memory of the process after the measurements
 * @property images that the engine answered for
 * @property largestDifference of any of their probabilities from those of the first engine
 */
export type EngineFigures = {
  engine: string
  engineMs: number
  loadMs: number
  firstMs: number
  one: Latency
  sixteen: Latency
  decode: Latency
  rssMiB: number
  images: number
  largestDifference: number
}
/** @property probabilities of all images, one after the other, before calibration */
export type Measured = Omit<EngineFigures, 'largestDifference'> & {
  probabilities: number[]
  fingerprint: string
}
export type Result = Stamped & { engines: EngineFigures[] }

/** How people call the engines. */
export const ENGINE_NAMES: Record<string, string> = {
  onnx: 'ONNX Runtime',
  native: 'native TensorFlow',
  wasm: 'WebAssembly',
}

export const tables: Tables<Result> = {
  'benchmarks/engine': ({ engines }) => [
    [
      'engine',
      'load engine',
      'load model',
      'first image',
      'one image',
      'one image, 95th percentile',
      'sixteen images',
      'decoding',
      'memory',
      `largest difference, ${engines[0].images} images`,
    ],
    ...engines.map((e, i) => [
      ENGINE_NAMES[e.engine] ?? e.engine,
      ...[e.engineMs, e.loadMs, e.firstMs, e.one.median, e.one.p95, e.sixteen.median, e.decode.median].map(
        milliseconds,
      ),
      `${e.rssMiB.toFixed(0)} MiB`,
      i === 0 ? '' : e.largestDifference.toExponential(1),
    ]),
  ],
}
