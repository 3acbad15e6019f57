/** `npm start`: the built functions and the page on one port, with the default model and its films. */
import { enableCompileCache } from 'node:module'
import { parseArgs } from 'node:util'
import { main, Unmet } from './lib/fail.ts'
import { build, installPackages } from './lib/install.ts'
import { isFree, nextFree } from './lib/ports.ts'

const HELP = `npm start                  serves the default model and the page on port 5000, or the next free one
npm start -- --port N      … on port N

There is no admin page and no training here: npm run emulators starts the whole backend.`
const PORT = 5000

await main(async () => {
  const options = parse()
  if (options.help) {
    console.log(HELP)
    return
  }
  const port = await portFor(options.port)
  installPackages('serving')
  build()
  enableCompileCache()
  const { serve } = await import('../functions/local.ts') // its packages were installed just now
  await serve(port)
  return undefined
})

function parse() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, help: { type: 'boolean' } } }).values
  } catch (error) {
    throw new Unmet(`${(error as Error).message}\n${HELP}`)
  }
}

async function portFor(wanted: string | undefined): Promise<number> {
  if (wanted === undefined) {
    const port = await nextFree(PORT)
    if (port !== PORT) console.error(`Port ${PORT} is in use; taking ${port}.`)
    return port
  }
  const port = Number(wanted)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Unmet(`--port takes a number from 1 to 65535, not "${wanted}".`)
  if (!(await isFree(port))) throw new Unmet(`Port ${port} is in use: choose another with -- --port N.`)
  return port
}
