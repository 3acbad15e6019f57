/** A thread that fits one task after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadTensors } from '@zoidberg/core/engines/tfjs.ts'
import { UsageError } from '../errors.ts'
import { selectRows } from '../matrix/matrix.ts'
import type { Labelled } from './algorithm.ts'
import { fitClassifier, scoresOf } from './classifier.ts'
import type { FitTask, WorkerMessage } from './parallel-fit.ts'

const { x, y } = workerData as Labelled
await loadTensors()
parentPort?.on('message', (task: FitTask | 'end') => {
  if (task === 'end') parentPort?.close()
  else parentPort?.postMessage(fitTask(task))
})
parentPort?.postMessage('ready')

function fitTask({ algorithm, parameters, fold: { train, validation } }: FitTask): WorkerMessage {
  try {
    const started = performance.now()
    const samples = { x: selectRows(x, train), y: Uint8Array.from(train, (i) => y[i]) }
    const classifier = fitClassifier(algorithm, samples, parameters)
    const fitSeconds = (performance.now() - started) / 1000
    return { scores: scoresOf(classifier, selectRows(x, validation)), fitSeconds }
  } catch (error) {
    return { message: `${algorithm}: ${(error as Error).message}`, usage: error instanceof UsageError }
  }
}
