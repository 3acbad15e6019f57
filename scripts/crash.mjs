// `npm run test:crash`: kills the job at twenty random moments of a run and looks what is left. Takes some five minutes.
import { checkJava, checkNode, Unmet } from './checks.mjs'
import { runInEmulators } from './emulators.mjs'
import { build, installForTraining } from './install.mjs'

try {
  checkNode()
  checkJava()
  await installForTraining()
  build()
  process.exitCode = await runInEmulators('node_modules/.bin/vitest run --project crash', { anyPorts: true })
} catch (error) {
  console.error(error instanceof Unmet ? error.message : error)
  process.exitCode = 1
}
