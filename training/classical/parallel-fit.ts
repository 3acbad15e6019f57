/** Fits on all cores: worker threads share the samples and take one fit at a time. */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { UsageError } from '../errors.ts'
import type { Fold } from '../evaluation/splitters.ts'
import type { Parameters } from './algorithm.ts'
import type { Matrix } from './matrix.ts'

export type FitTask = { algorithm: string; parameters: Parameters; fold: Fold }
export type FitResult = { scores: Float64Array; fitSeconds: number }
export type WorkerAnswer = FitResult | { message: string; usage: boolean }

/** @returns for each task the scores of its fold's validation part @throws what the first failing fit threw */
export async function fitAll(
  x: Matrix,
  y: Uint8Array,
  tasks: FitTask[],
  onProgress?: (done: number, total: number) => void,
  threads = availableParallelism(),
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
      const worker = new Worker(new URL('./fits.worker.ts', import.meta.url), {
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
        results[task] = await ask(worker, tasks[task])
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

function ask(worker: Worker, task: FitTask): Promise<FitResult> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number) => reject(new Error(`a worker thread ended with code ${code}`))
    worker.once('error', reject).once('exit', onExit)
    worker.once('message', (answer: WorkerAnswer) => {
      worker.off('error', reject).off('exit', onExit)
      if ('scores' in answer) resolve(answer)
      else reject(new (answer.usage ? UsageError : Error)(answer.message))
    })
    worker.postMessage(task)
  })
}
