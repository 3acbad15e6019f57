import { parentPort, workerData } from 'node:worker_threads'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { UsageError } from '../errors.ts'
import { fitClassifier, scoresOf } from './classifier.ts'
import type { FitTask, WorkerAnswer } from './fits.ts'
import { type Matrix, selectRows } from './matrix.ts'

const { x, y } = workerData as { x: Matrix; y: Uint8Array }
await loadEngine()
parentPort?.on('message', (task: FitTask | 'end') => {
  if (task === 'end') parentPort?.close()
  else parentPort?.postMessage(answer(task))
})
parentPort?.postMessage('ready')

function answer({ algorithm, parameters, fold: { train, validation } }: FitTask): WorkerAnswer {
  try {
    const started = performance.now()
    const classifier = fitClassifier(
      algorithm,
      selectRows(x, train),
      Uint8Array.from(train, (i) => y[i]),
      parameters,
    )
    const fitSeconds = (performance.now() - started) / 1000
    return { scores: scoresOf(classifier, selectRows(x, validation)), fitSeconds }
  } catch (error) {
    return { message: `${algorithm}: ${(error as Error).message}`, usage: error instanceof UsageError }
  }
}
