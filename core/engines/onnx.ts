/** ONNX Runtime in threads of its own, so that a pass leaves the event loop free. */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { outputNames, toOnnx } from '../onnx/translate.ts'
import { type Opening, type Reply, STATE, type Task, type ThreadData } from './onnx-thread.ts'
import type { Engine, Graph, Output, Session } from './session.ts'

/** More gain nothing: images are decoded on the other cores meanwhile. */
const MAX_THREADS = 2
/** How long a process that ends waits for a pass. */
const LAST_PASS_MS = 5000

/** A thread that has the library and no model yet: it starts while the model is still being read. */
let spare: Promise<Worker> | undefined

/**
 * Loads ONNX Runtime, in a thread.
 *
 * @throws Error if its package has no binary for this machine
 */
export async function loadOnnx(): Promise<Engine> {
  process.once('exit', waitForPasses)
  spare = startWorker()
  await spare
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json')
  return { name: 'onnx', version, open }
}

async function open({ artifacts, input, outputs }: Graph): Promise<Session> {
  const opening: Opening = {
    model: toOnnx(artifacts, outputs),
    input: 'image',
    height: input.height,
    width: input.width,
  }
  const names = outputNames(outputs)
  const parallel = Math.min(MAX_THREADS, availableParallelism())
  let threads: Thread[] = []
  let starting: Promise<void> | undefined
  let isDisposed = false

  function start(): Promise<void> {
    const forget = (gone: Thread) => {
      threads = threads.filter((thread) => thread !== gone)
    }
    starting ??= startThread(opening, forget)
      .then((thread) => {
        if (isDisposed) thread.close()
        else threads.push(thread)
      })
      .finally(() => {
        starting = undefined
      })
    return starting
  }
  await start()

  return {
    parallel,
    async run(pixels, images, wanted) {
      if (isDisposed) throw new Error('the engine was stopped')
      if (threads.length === 0) await start() // the last one died
      const thread = threads.reduce((a, b) => (b.waiting() < a.waiting() ? b : a))
      // A thread takes some forty megabytes: the second starts when the first has too much to do. If it cannot, one will do.
      if (thread.waiting() > 0 && threads.length < parallel) start().catch(() => {})
      return thread.run({ pixels, images, wanted: wanted.map((name) => names.get(name) ?? name) })
    },
    dispose() {
      isDisposed = true
      for (const thread of threads) thread.close()
    },
  }
}

type Thread = {
  /** Passes that it has been asked for. */
  waiting(): number
  run(task: Omit<Task, 'id'>): Promise<Output[]>
  /** After the passes that were asked for. */
  close(): void
}

/** States of the threads that have not been stopped. */
const threadsOpen = new Set<Int32Array>()

/** A thread that is stopped while it starts or makes a pass takes the whole process down with it. */
function waitForPasses(): void {
  for (const state of threadsOpen) Atomics.store(state, STATE.isClosing, 1)
  for (const state of threadsOpen) Atomics.wait(state, STATE.isBusy, 1, LAST_PASS_MS)
}

/** Beside this file, as source or in the bundle of functions. */
const FILE = new URL(`./onnx.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** @returns the thread's next message */
function nextMessage(worker: Worker): Promise<Reply> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** @throws Error if the library cannot be loaded */
async function startWorker(): Promise<Worker> {
  const state = new Int32Array(new SharedArrayBuffer(8))
  state[STATE.isBusy] = 1 // it starts
  threadsOpen.add(state)
  const workerData: ThreadData = { state }
  const worker = new Worker(FILE, { workerData, execArgv: ['--disable-warning=ExperimentalWarning'] })
  worker.once('exit', () => threadsOpen.delete(state))
  await nextMessage(worker)
  worker.removeAllListeners('error')
  worker.unref()
  return worker
}

/**
 * @param onExit hears that the thread has ended, whatever of
 * @throws Error if ONNX Runtime refuses the model
 */
async function startThread(opening: Opening, onExit: (thread: Thread) => void): Promise<Thread> {
  const started = spare ?? startWorker()
  spare = undefined
  const worker = await started
  worker.ref()
  worker.postMessage(opening)
  const { error } = await nextMessage(worker)
  worker.removeAllListeners('error')
  if (error) {
    worker.postMessage('close')
    throw new Error(error)
  }
  const waiting = new Map<number, { resolve(outputs: Output[]): void; reject(error: Error): void }>()
  let last = 0

  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', ({ id, outputs, error }: Reply) => {
    const asked = waiting.get(id as number)
    waiting.delete(id as number)
    if (waiting.size === 0) worker.unref()
    if (outputs) asked?.resolve(outputs)
    else asked?.reject(new Error(error))
  })
  worker.on('error', failAll)
  worker.unref()

  const thread: Thread = {
    waiting: () => waiting.size,
    run: (task) =>
      new Promise<Output[]>((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        worker.ref() // a process waits for answers, and for nothing else of its threads
        worker.postMessage({ id: last, ...task } satisfies Task)
      }),
    close: () => worker.postMessage('close'),
  }
  worker.on('exit', () => {
    onExit(thread)
    failAll(new Error('the engine was stopped'))
  })
  return thread
}
