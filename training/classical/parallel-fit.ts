/** Fits on all cores: worker threads share the samples and take one fit at a time. */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Fold } from '../dataset/splitters.ts'
import { UsageError } from '../errors.ts'
import type { Progress } from '../progress.ts'
import type { Labelled, Parameters } from './algorithm.ts'

export type FitTask = { algorithm: string; parameters: Parameters; fold: Fold }

/** Scores of the fold's validation part, in its order. */
export type FitResult = { scores: Float64Array; fitSeconds: number }

/** What a worker sends back; `usage` if the fit threw a UsageError. */
export type WorkerMessage = FitResult | { message: string; usage: boolean }

/**
 * Fits every task.
 *
 * @param samples that all tasks fit and score
 * @param options what counts fits, and how many threads there are, as many as cores if left out
 * @returns one result per task, in their order
 * @throws UsageError or Error that the first failing fit threw
 */
export async function fitAll(
  { x, y }: Labelled,
  tasks: FitTask[],
  { onProgress, threads = availableParallelism() }: { onProgress?: Progress; threads?: number } = {},
): Promise<FitResult[]> {
  const shared = new Float32Array(new SharedArrayBuffer(x.values.byteLength))
  shared.set(x.values)
  const results: FitResult[] = new Array(tasks.length)
  let [next, done] = [0, 0]
  onProgress?.(0, tasks.length)
  // One after the other: TensorFlow does not like to be loaded by two threads at the same moment.
  let starting: Promise<unknown> = Promise.resolve()
  const start = () => {
    const started = starting.then(async () => {
      const worker = new Worker(new URL('./parallel-fit.worker.ts', import.meta.url), {
        workerData: { x: { ...x, values: shared }, y },
      })
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      await once(worker, 'message')
      return { worker, exited }
    })
    starting = started.catch(() => {})
    return started
  }
  const work = async () => {
    const { worker, exited } = await start()
    try {
      while (next < tasks.length) {
        const task = next++
        results[task] = await fitIn(worker, tasks[task])
        onProgress?.(++done, tasks.length)
      }
    } catch (error) {
      next = tasks.length // the others stop after the fit they are at
      throw error
    } finally {
      // Ends by itself, so that native code is never cut off in the middle.
      worker.postMessage('end')
      await exited
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, work))
  return results
}

function fitIn(worker: Worker, task: FitTask): Promise<FitResult> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number) => reject(new Error(`a worker thread ended with code ${code}`))
    worker.once('error', reject).once('exit', onExit)
    worker.once('message', (message: WorkerMessage) => {
      worker.off('error', reject).off('exit', onExit)
      if ('scores' in message) resolve(message)
      else reject(new (message.usage ? UsageError : Error)(message.message))
    })
    worker.postMessage(task)
  })
}
