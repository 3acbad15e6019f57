/** `npm run runtimes`: asks the functions for a prediction from Node, Bun and Deno, each with the client as it is published. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main, Unmet } from './lib/fail.ts'
import { serveFunction } from './lib/framework.ts'
import { build, root } from './lib/install.ts'

/** Package of the registry and what runs a module; Node is here already. */
const RUNTIMES: Record<string, { packages: string[]; command: string[] }> = {
  node: { packages: [], command: [process.execPath] },
  bun: { packages: ['bun'], command: ['node_modules/.bin/bun'] },
  deno: { packages: ['deno'], command: ['node_modules/.bin/deno', 'run', '--allow-all'] },
}
/** A path, bytes and a Blob; and a file that is no image. */
const ASK = `import { readFile } from 'node:fs/promises'
import { createClient } from '@zoidberg/client'
const [, , url, film] = process.argv
const client = createClient({ url })
const bytes = await readFile(film)
const answers = await client.predictAll([film, bytes, new Blob([bytes]), new Blob(['no image'])])
console.log(answers.map((answer) => answer.label ?? answer.type).join(' '))
process.exit(0)
`
const EXPECTED = 'VIRUS VIRUS VIRUS not-an-image'

await main(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-runtimes-'))
  const run = (command: string[], cwd = folder) =>
    spawnSync(command[0], command.slice(1), { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  build()
  const server = await serveFunction('api')
  try {
    const packed = run(['npm', 'pack', '--silent', '--pack-destination', folder], join(root, 'client'))
    const packages = Object.values(RUNTIMES).flatMap((runtime) => runtime.packages)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const installed = run(['npm', 'install', '--silent', join(folder, packed.stdout.trim()), ...packages])
    if (installed.status !== 0) throw new Unmet(`The runtimes cannot be had: ${installed.stderr.trim()}`)
    writeFileSync(join(folder, 'ask.js'), ASK)
    const film = join(root, 'models/default/films/virus-1.jpeg')
    const failed = Object.entries(RUNTIMES).filter(([name, { command }]) => {
      const { stdout, stderr } = run([...command, 'ask.js', server.url, film])
      const isRight = stdout.trim() === EXPECTED
      console.log(`${name}: ${isRight ? 'as expected' : `${stdout}${stderr}`.trim()}`)
      return !isRight
    })
    return failed.length === 0 ? 0 : 1
  } finally {
    server.process.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})
