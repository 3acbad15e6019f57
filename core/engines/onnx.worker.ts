/** A thread that holds one session of ONNX Runtime: its `run` blocks the thread that calls it. */
import { parentPort, workerData } from 'node:worker_threads'
import ort from 'onnxruntime-node'
import { type Opening, type Reply, STATE, type Task, type ThreadData } from './onnx-thread.ts'

/**
 * One thread each: several sessions share the cores. Without its own store of memory and a plan of it for each size of batch,
 * two sessions of the default model take 111 instead of 277 MiB, and a pass 2 % longer (November 2026).
 */
const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
  enableMemPattern: false,
} as const

const port = parentPort as NonNullable<typeof parentPort>
const { state }: ThreadData = workerData

/** Says that it is busy before it looks whether it may: the other side looks in the opposite order. */
async function unlessClosing(work: () => Promise<void>): Promise<void> {
  Atomics.store(state, STATE.isBusy, 1)
  if (!Atomics.load(state, STATE.isClosing)) await work()
  Atomics.store(state, STATE.isBusy, 0)
  Atomics.notify(state, STATE.isBusy)
}

/** @returns what makes the passes of a model */
async function open({ model, input, height, width }: Opening) {
  // One thread a session: several sessions side by side answer more requests than one that is split.
  const session = await ort.InferenceSession.create(model, OPTIONS)
  return async ({ pixels, images, wanted }: Task) => {
    const batch = new ort.Tensor('float32', Float32Array.from(pixels), [images, 1, height, width])
    const results = await session.run({ [input]: batch }, [...wanted])
    return wanted.map((name) => ({
      values: results[name].data as Float32Array,
      shape: results[name].dims.slice(1),
    }))
  }
}

let pass: Awaited<ReturnType<typeof open>>

async function answer(message: Opening | Task): Promise<Reply> {
  const id = 'id' in message ? message.id : undefined
  try {
    if ('id' in message) return { id, outputs: await pass(message) }
    pass = await open(message)
    return {}
  } catch (error) {
    return { id, error: (error as Error).message }
  }
}

// One after the other, so that "busy" means all of them.
let last = Promise.resolve()
port.on('message', (message: Opening | Task | 'close') => {
  last = last.then(() =>
    message === 'close' ? port.close() : unlessClosing(async () => port.postMessage(await answer(message))),
  )
})
Atomics.store(state, STATE.isBusy, 0)
Atomics.notify(state, STATE.isBusy)
port.postMessage({} satisfies Reply)
