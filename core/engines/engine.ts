/**
 * What runs a model's graph. All engines give the same answers within 1e-4; docs/speed.md has the figures that they were put
 * in order by: ONNX Runtime, which npm installs anywhere; native TensorFlow, which training needs; WebAssembly.
 */
import type { Artifacts } from '../onnx/translate.ts'

export const ENGINES = ['onnx', 'native', 'wasm'] as const
export type EngineName = (typeof ENGINES)[number]

/** An output of a batch: all images' values, one after the other, of `shape` each. */
export type Output = { values: Float32Array; shape: number[] }

/** One loaded graph. */
export type Session = {
  /** Passes that run at a time; what is asked for beyond them waits. */
  parallel: number
  /**
   * @param pixels gray values 0..255, `images * height * width` of them
   * @param wanted names of the outputs to calculate
   * @returns the outputs in the order of `wanted`
   */
  run(pixels: Uint8Array, images: number, wanted: readonly string[]): Promise<Output[]>
  dispose(): void
}

/**
 * @property input rows and columns of the gray images that the graph takes
 * @property outputs their names and shapes, the first size being the batch's
 */
export type Graph = {
  artifacts: Artifacts
  input: { height: number; width: number }
  outputs: ReadonlyMap<string, readonly number[]>
}

export type Engine = {
  name: EngineName
  /** Of the library underneath. */
  version: string
  open(graph: Graph): Promise<Session>
}

/** An engine that was asked for cannot be loaded. */
export class EngineError extends Error {}

const LOADERS: Record<EngineName, () => Promise<Engine>> = {
  onnx: async () => (await import('./onnx.ts')).loadOnnx(),
  native: async () => (await import('./tfjs.ts')).loadNative(),
  wasm: async () => (await import('./tfjs.ts')).loadWasm(),
}

let loading: Promise<Engine> | undefined

/**
 * Loads an engine once per process; later calls return the same. What failed is tried again.
 *
 * @param wanted that engine and no other; left out, the best there is
 * @throws EngineError if the engine that is wanted, or every engine, cannot be loaded
 */
export function loadEngine(wanted = process.env.ZOIDBERG_ENGINE as EngineName | undefined): Promise<Engine> {
  loading ??= load(wanted ? [wanted] : ENGINES).catch((error) => {
    loading = undefined
    throw error
  })
  return loading
}

async function load([name, ...others]: readonly EngineName[]): Promise<Engine> {
  if (!LOADERS[name]) throw new EngineError(`There is no engine "${name}"; there are ${ENGINES.join(', ')}.`)
  try {
    return await LOADERS[name]()
  } catch (cause) {
    if (others.length > 0) return load(others)
    const remedy = name === 'native' ? '; run `npm run setup` to install it' : ''
    throw new EngineError(`The engine ${name} cannot be loaded${remedy}.`, { cause })
  }
}
