/** `npm run emulators`: the whole backend in the Firebase emulators, with an admin and a retraining that works. */
import { spawn } from 'node:child_process'
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
  return serveInEmulators(STATE, (env) => fill(env, options.data))
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

/** Puts the default model, its gallery and an admin into the emulators; prints how to go on. */
function fill(env: Record<string, string | undefined>, data: string | undefined): Promise<void> {
  const script = join(root, 'scripts/lib/seed.ts')
  const args = ['--disable-warning=ExperimentalWarning', script, ...(data ? [data] : [])]
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new Unmet('The emulators could not be filled; see above and emulators.log.')),
    )
  })
}
