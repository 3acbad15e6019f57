/** `npm run setup`: what training needs, without tests, emulators or Java. */
import { main } from './lib/fail.ts'
import { installForTraining } from './lib/install.ts'

await main(async () => {
  console.error(`Native TensorFlow: ${await installForTraining()}`)
  return undefined
})
