/**
 * What runs a model's graph. All engines give the same answers within 1e-4; docs/speed.md has the figures that they were put
 * in order by: ONNX Runtime, which npm installs anywhere; native TensorFlow, which training needs; WebAssembly.
 */
import { ENGINES, type Engine, type EngineName } from './session.ts'

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
