/** DICOM is decoded in threads, so that the event loop stays free and a decoding that takes too long can be ended. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { MAX_DECODING_SECONDS, MEGABYTE } from '../contract/limits.ts'
import { DicomError, type DicomHeader, damaged } from './header.ts'

/** What a thread says of a file: its pixels, or why it has none. */
export type Answer =
  | { header: DicomHeader; grays: Uint8Array<ArrayBuffer>; problem?: undefined }
  | Pick<DicomError, 'message' | 'problem'>

const MAX_THREADS = 2
/** A damaged stream can keep a codec for ever; what is small is given up sooner, with time for a thread to start. */
const LEAST_SECONDS = 2
const limitMs = ({ length }: Uint8Array): number =>
  1000 * Math.min(MAX_DECODING_SECONDS, LEAST_SECONDS + length / MEGABYTE)

/** Beside this file, as source or in the bundle of functions. */
const FILE = new URL(`./decode.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

const idle: Worker[] = []
const queue: (() => void)[] = []
let threads = 0

/**
 * Decodes a DICOM file in a thread.
 *
 * @throws DicomError why the file cannot be read, or that it takes too long
 */
export async function decodeInThread(
  bytes: Uint8Array,
): Promise<{ header: DicomHeader; grays: Uint8Array<ArrayBuffer> }> {
  if (idle.length === 0 && threads >= Math.min(MAX_THREADS, availableParallelism()))
    await new Promise<void>((resolve) => queue.push(resolve))
  const thread = idle.pop() ?? startThread()
  const answer = await ask(thread, bytes)
  if (answer.problem === undefined) return answer
  throw new DicomError(answer.message, answer.problem)
}

function startThread(): Worker {
  const thread = new Worker(FILE, { execArgv: ['--disable-warning=ExperimentalWarning'] })
  threads++
  thread.once('exit', () => threads--)
  thread.unref()
  return thread
}

function ask(thread: Worker, bytes: Uint8Array): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (answer: Answer, isAlive: boolean) => {
      clearTimeout(timer)
      thread.removeAllListeners('message').removeAllListeners('error').unref()
      if (isAlive) idle.push(thread)
      else void thread.on('error', () => {}).terminate()
      resolve(answer)
      queue.shift()?.()
    }
    const late = () => end({ message: 'takes too long to decode', problem: 'too-large' }, false)
    const timer = setTimeout(late, limitMs(bytes))
    thread.ref()
    thread.once('message', (answer: Answer) => end(answer, true))
    thread.once('error', () => end(damaged(), false))
    thread.postMessage(bytes)
  })
}
