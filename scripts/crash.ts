/** `npm run test:crash`: kills the job at twenty random moments of a run and looks what is left. Takes some five minutes. */
import { runInEmulators } from './lib/emulators.ts'
import { main } from './lib/fail.ts'
import { build, installForTraining } from './lib/install.ts'

await main(async () => {
  await installForTraining()
  build()
  return runInEmulators('node_modules/.bin/vitest run --project crash')
})
