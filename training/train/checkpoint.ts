/** What a training goes on from after it was cut off: one block of bytes after every epoch. */
import { type Optimizer, type Tensor, tensor1d, tidy, type Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { UsageError } from '../errors.ts'
import type { StoppingState } from './early-stopping.ts'
import type { History } from './history.ts'
import { packTensors, readHeader, unpackTensors, type Weights, writeWeights } from './weights.ts'

/** Where the bytes are kept; each save replaces the last one. */
export type Checkpoint = {
  load(): Promise<Uint8Array | undefined>
  save(bytes: Uint8Array): Promise<void>
}

type Header = {
  identity: string
  history: History
  stopping: StoppingState
  step: number
  counts: { optimizer: number; weights: number }
}

/** What changes outside the checkpoint's header while a model is trained. */
type Trained = { optimizer: Optimizer; averages?: Variable[] }

/**
 * Counts the epochs that a checkpoint has behind it.
 *
 * @returns a number from 1 on
 * @throws Error if it is cut off
 */
export const epochsIn = (checkpoint: Uint8Array): number => readHeader<Header>(checkpoint).history.length

/**
 * Packs the state of a training.
 *
 * @param state its header; the weights after the last step and those of the best epoch
 * @param trained the optimizer, and the moving averages of the weights where there are any
 * @returns the bytes that `restoreCheckpoint` takes
 */
export async function packCheckpoint(
  state: Omit<Header, 'counts'> & { current: Weights; best: Weights },
  { optimizer, averages = [] }: Trained,
): Promise<Uint8Array> {
  const { current, best, ...header } = state
  const optimizerWeights = await optimizer.getWeights()
  const arrays = [...current, ...best].map((values) => tensor1d(values))
  const counts = { optimizer: optimizerWeights.length, weights: current.length }
  const bytes = await packTensors({ ...header, counts }, [
    ...optimizerWeights.map(({ tensor }) => tensor as Tensor),
    ...arrays,
    ...averages,
  ])
  for (const array of arrays) array.dispose()
  optimizerWeights[0].tensor.dispose() // the step counter is made anew by each getWeights
  return bytes
}

/**
 * Puts a model, its optimizer and its averages into the state of a checkpoint.
 *
 * @param bytes as `packCheckpoint` makes them
 * @param into the model, and what else is trained with it
 * @param identity what the checkpoint must be of
 * @returns the rest of the state: history, early stopping, number of steps, and the best weights so far
 * @throws UsageError if the checkpoint is of another training
 * @throws Error if it is cut off
 */
export async function restoreCheckpoint(
  bytes: Uint8Array,
  { model, optimizer, averages = [] }: Trained & { model: LayersModel },
  identity: string,
): Promise<Pick<Header, 'history' | 'stopping' | 'step'> & { best: Weights }> {
  const { header, tensors } = unpackTensors<Header>(bytes)
  if (header.identity !== identity)
    throw new UsageError(`the checkpoint is of "${header.identity}", not of "${identity}".`)
  const { optimizer: o, weights: w } = header.counts
  const arrays = tensors.slice(o).map((t) => t.dataSync() as Float32Array)
  await optimizer.setWeights(tensors.slice(0, o).map((tensor, i) => ({ name: String(i), tensor })))
  writeWeights(model, arrays.slice(0, w))
  tidy(() => {
    for (const [i, average] of averages.entries())
      average.assign(tensors[o + 2 * w + i].reshape(average.shape))
  })
  for (const tensor of tensors) tensor.dispose()
  const { history, stopping, step } = header
  return { history, stopping, step, best: arrays.slice(w, 2 * w) }
}
