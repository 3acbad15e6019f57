/** The two lines that TensorFlow's library writes while it is loaded, before it reads any setting, are not shown. */
import { closeSync, fstatSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { mendUtil } from '@zoidberg/core/engines/tfjs.ts'

const STDERR = 2
const [NULL, THIS_PROCESS] = ['/dev/null', '/proc/self/fd']

/** The commands that load it in any case. */
const WITH_TENSORFLOW = ['train', 'tune', 'ensemble', 'import', 'baseline']

/**
 * Loads TensorFlow's library with stderr closed, where a command needs it. What cannot be loaded is told by the command.
 *
 * It is called before anything else runs: no thread may open a file while stderr's number is free.
 */
export function loadTensorflowQuietly(command: string | undefined): void {
  if (process.platform !== 'linux' || !WITH_TENSORFLOW.includes(command ?? '')) return
  let kept: number
  try {
    // Opened twice, a file that stdout shares would be written over.
    if (fstatSync(STDERR).isFile()) return
    kept = openSync(`${THIS_PROCESS}/${STDERR}`, 'a')
  } catch {
    return // a socket, or a file that may not be opened again: then the lines are shown
  }
  closeSync(STDERR)
  openSync(NULL, 'w') // takes the lowest number that is free, which is stderr's
  try {
    mendUtil()
    createRequire(import.meta.url)('@tensorflow/tfjs-node')
  } catch {
    // The command tries again, and says what is wrong.
  } finally {
    closeSync(STDERR)
    openSync(`${THIS_PROCESS}/${kept}`, 'a')
    closeSync(kept)
  }
}
