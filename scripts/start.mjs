// `npm start`: emulators, the default model in them, and the page. `-- --data DIR` fills the gallery with X-rays.
import { checkJava, checkNode, Unmet } from './checks.mjs'
import { runInEmulators } from './emulators.mjs'
import { build, installPackages } from './install.mjs'

const HELP = `npm start                  starts the emulators, publishes models/default and serves the page
npm start -- --data DIR    shows validation images of DIR in the gallery instead of synthetic phantoms`

try {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(HELP)
    process.exit(0)
  }
  const known = args.length === 0 || (args.length === 2 && args[0] === '--data')
  if (!known) throw new Unmet(`unknown arguments: ${args.join(' ')}\n${HELP}`)
  checkNode()
  checkJava()
  installPackages()
  build()
  const seed = `node --disable-warning=ExperimentalWarning scripts/seed.ts ${args.map((arg) => JSON.stringify(arg)).join(' ')}`
  process.exitCode = await runInEmulators(seed)
} catch (error) {
  console.error(error instanceof Unmet ? error.message : error)
  process.exitCode = error instanceof Unmet ? 2 : 1
}
