/** A thread that decodes DICOM: codecs in WebAssembly block whoever calls them. */
import { parentPort } from 'node:worker_threads'
import { decodeDicom } from './decode.ts'
import { DicomError, damaged } from './header.ts'
import type { Answer } from './thread.ts'

const port = parentPort as NonNullable<typeof parentPort>

port.on('message', async (bytes: Uint8Array) => {
  try {
    const { header, grays } = await decodeDicom(bytes)
    port.postMessage({ header, grays } satisfies Answer, [grays.buffer])
  } catch (error) {
    const { message, problem } = error instanceof DicomError ? error : damaged()
    port.postMessage({ message, problem } satisfies Answer)
  }
})
