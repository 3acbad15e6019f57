/** The engines of TensorFlow.js: native TensorFlow where its addon loads, or WebAssembly with SIMD. */
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import util from 'node:util'
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import type { Size } from '../image.ts'
import { joined } from './batch.ts'
import type { Engine, Graph, Output, Session } from './session.ts'

/**
 * Loads native TensorFlow.
 *
 * @throws Error if its addon cannot be loaded
 */
export async function loadNative(): Promise<Engine> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  mendUtil()
  await import('@tensorflow/tfjs-node')
  await tf.setBackend('tensorflow')
  return { name: 'native', version: tf.version_core, open }
}

/** tfjs-node 4.22 still calls two functions that Node 23 removed (tensorflow/tfjs pull request 8425). */
export function mendUtil(): void {
  Object.assign(util, { isNullOrUndefined: (v: unknown) => v == null, isArray: Array.isArray })
}

/** Loads WebAssembly. */
export async function loadWasm(): Promise<Engine> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(join(dirname(entry), sep))
  await tf.setBackend('wasm')
  await tf.ready()
  return { name: 'wasm', version: tf.version_core, open }
}

/** Makes tensors calculate: by native TensorFlow where it is, else by WebAssembly. */
export const loadTensors = (): Promise<Engine> => loadNative().catch(loadWasm)

async function open({ artifacts, input }: Graph): Promise<Session> {
  const model = await loadGraphModel({ load: async () => ({ ...artifacts, format: 'graph-model' }) })
  return {
    parallel: 1,
    run: (pixels, images, wanted) => run(model, batchOf(pixels, images, input), wanted),
    dispose: () => model.dispose(),
  }
}

/** Takes the batch and disposes it. */
async function run(model: GraphModel, batch: tf.Tensor4D, wanted: readonly string[]): Promise<Output[]> {
  const tensors = tf.tidy(() => [model.execute(batch, [...wanted])].flat() as tf.Tensor[])
  batch.dispose()
  try {
    return await Promise.all(
      tensors.map(async (tensor) => ({
        values: (await tensor.data()) as Float32Array,
        shape: tensor.shape.slice(1),
      })),
    )
  } finally {
    tf.dispose(tensors)
  }
}

const batchOf = (pixels: Uint8Array, images: number, { height, width }: Size): tf.Tensor4D =>
  tf.tensor(Float32Array.from(pixels), [images, height, width, 1])

/**
 * @param images gray values 0..255, `height * width` each
 * @returns a float32 batch of 0..255, `[images, height, width, 1]`
 * @throws Error naming an image of another size
 */
export function toBatch(images: Uint8Array[], size: Size): tf.Tensor4D {
  return batchOf(joined(images, size), images.length, size)
}
