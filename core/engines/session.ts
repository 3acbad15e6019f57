/** What every engine is: it opens a graph, and a session answers for batches. */
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
