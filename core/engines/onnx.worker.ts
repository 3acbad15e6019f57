/** A thread that holds one session of ONNX Runtime: its `run` blocks the thread that calls it. */
import { parentPort, workerData } from 'node:worker_threads'
import ort from 'onnxruntime-node'
import { type Reply, STATE, type Task, type ThreadData } from './onnx-thread.ts'

const port = parentPort as NonNullable<typeof parentPort>
const { model, input, height, width, state }: ThreadData = workerData

/** Says that it is busy before it looks whether it may: the other side looks in the opposite order. */
async function unlessClosing(work: () => Promise<void>): Promise<void> {
  Atomics.store(state, STATE.isBusy, 1)
  if (!Atomics.load(state, STATE.isClosing)) await work()
  Atomics.store(state, STATE.isBusy, 0)
  Atomics.notify(state, STATE.isBusy)
}

let session: ort.InferenceSession
await unlessClosing(async () => {
  // One thread a session: several sessions side by side answer more requests than one that is split.
  session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 })
})

async function answer({ id, pixels, images, wanted }: Task): Promise<Reply> {
  try {
    const batch = new ort.Tensor('float32', Float32Array.from(pixels), [images, 1, height, width])
    const results = await session.run({ [input]: batch }, [...wanted])
    const outputs = wanted.map((name) => ({
      values: results[name].data as Float32Array,
      shape: results[name].dims.slice(1),
    }))
    return { id, outputs }
  } catch (error) {
    return { id, error: (error as Error).message }
  }
}

// One after the other, so that "busy" means all of them.
let last = Promise.resolve()
port.on('message', (task: Task | 'close') => {
  last = last.then(() =>
    task === 'close' ? port.close() : unlessClosing(async () => port.postMessage(await answer(task))),
  )
})
port.postMessage({ id: 0 } satisfies Reply)
