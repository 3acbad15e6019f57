/** `node in-emulators.ts FILE`: runs measure.ts inside emulators on free ports; its figures go to FILE. */
import { join } from 'node:path'
import { runInEmulators } from '../../scripts/lib/emulators.ts'

const [file] = process.argv.slice(2)
const words = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  join(import.meta.dirname, 'measure.ts'),
  file,
]
const code = await runInEmulators(words.map((word) => JSON.stringify(word)).join(' '))
if (code !== 0) throw new Error(`the measurement inside the emulators ended with ${code}`)
console.log('null') // the figures are in the file: the emulators print lines of their own
