/** Picks the tfjs backend: native TensorFlow where its addon loads, else WebAssembly with SIMD. */
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'

export type Engine = 'native' | 'wasm'

/** An engine that was asked for cannot be loaded. */
export class EngineError extends Error {}

let loading: Promise<Engine> | undefined

/**
 * Loads a tfjs backend once per process; later calls return the same.
 *
 * @param wanted `native` fails where the addon does not load; left out, the best there is
 * @throws EngineError if the wanted engine cannot be loaded
 */
export function loadEngine(wanted = process.env.ZOIDBERG_ENGINE as Engine | undefined): Promise<Engine> {
  loading ??= wanted === 'wasm' ? loadWasm() : loadNative().catch((cause) => orElse(wanted, cause))
  return loading
}

function orElse(wanted: Engine | undefined, cause: unknown): Promise<Engine> {
  if (wanted !== 'native') return loadWasm()
  const remedy = 'run `npm run setup` to install it'
  throw new EngineError(`Native TensorFlow is not available; ${remedy}.`, { cause })
}

async function loadNative(): Promise<Engine> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  // tfjs-node 4.22 still calls two functions that Node 23 removed (tensorflow/tfjs pull request 8425).
  Object.assign(util, { isNullOrUndefined: (v: unknown) => v == null, isArray: Array.isArray })
  await import('@tensorflow/tfjs-node')
  await tf.setBackend('tensorflow')
  return 'native'
}

async function loadWasm(): Promise<Engine> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(join(dirname(entry), sep))
  await tf.setBackend('wasm')
  await tf.ready()
  return 'wasm'
}
