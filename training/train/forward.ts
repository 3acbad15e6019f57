/** The answers of a model with the weights it has now: as compiled graphs where that is possible. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Compiled, compile, type Inputs, UntraceableError } from '../trace/compile.ts'

export type Forward = ReturnType<typeof createForward>

/** @returns `run` for batches of any shape; `dispose` frees the graphs and not the model */
export function createForward(model: LayersModel) {
  const graphs = new Map<string, Compiled>()
  let canCompile = true
  const apply = (batch: Tensor): Tensor[] => [model.apply(batch)].flat() as Tensor[]
  // Weights are inputs: they change between calls, and not by them.
  const weights = (): Inputs =>
    Object.fromEntries(model.weights.map((weight, i) => [`weight${i}`, weight.read()]))

  function graphFor(batch: Tensor): Compiled | undefined {
    const shape = batch.shape.join()
    const known = graphs.get(shape)
    if (known || !canCompile) return known
    try {
      const inputs = { batch, ...weights() }
      const graph = compile({ inputs, numbers: [], variables: [], body: (traced) => apply(traced.batch) })
      graphs.set(shape, graph)
      return graph
    } catch (error) {
      if (!(error instanceof UntraceableError)) throw error
      canCompile = false
      return undefined
    }
  }

  return {
    /**
     * @param batch gray values 0..255, `[batch, height, width, 1]`
     * @returns the outputs of the model, to be disposed
     */
    run(batch: Tensor): Tensor[] {
      const graph = graphFor(batch)
      return graph ? graph.run({ batch, ...weights() }, {}) : apply(batch)
    },
    dispose(): void {
      for (const graph of graphs.values()) graph.dispose()
    },
  }
}
