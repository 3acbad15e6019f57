/** `npm run emulators`: the whole backend in the Firebase emulators, with an admin and a retraining that works. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serveInEmulators } from './lib/emulators.ts'
import { main, Unmet } from './lib/fail.ts'
import { build, installForTraining, root } from './lib/install.ts'

const HELP = `npm run emulators                  starts the whole backend: page, admin page, retraining
npm run emulators -- --data DIR    fills the gallery with validation images of DIR
npm run emulators -- --fresh       forgets models, runs, accounts and data of earlier starts`
const STATE = join(root, '.emulators')

await main(async () => {
  const options = parse()
  if (options.help) {
    console.log(HELP)
    return
  }
  await installForTraining()
  build()
  if (options.fresh) rmSync(STATE, { recursive: true, force: true })
  const code = await serveInEmulators(STATE, async (addresses) => {
    Object.assign(process.env, addresses)
    const { seed } = await import('./lib/seed.ts') // its packages were installed just now
    await seed(options.data)
  })
  process.exit(code) // connections to the emulators would keep it alive
})

function parse() {
  try {
    const options = {
      data: { type: 'string' },
      fresh: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const
    return parseArgs({ options }).values
  } catch (error) {
    throw new Unmet(`${(error as Error).message}\n${HELP}`)
  }
}
