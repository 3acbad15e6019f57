// `npm run setup`: what training needs, without tests, emulators or Java.
import { checkNode, Unmet } from './checks.mjs'
import { installForTraining } from './install.mjs'

try {
  checkNode()
  console.error(`Native TensorFlow: ${await installForTraining()}`)
} catch (error) {
  console.error(error instanceof Unmet ? error.message : error)
  process.exitCode = 1
}
