/** `npm run types`: checks every workspace with its own settings, so that no page sees Node and no server sees the DOM. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { main } from './lib/fail.ts'
import { root } from './lib/install.ts'

const PROJECTS = ['.', 'core/contract', 'core', 'client', 'functions', 'training', 'hosting', 'test']

await main(async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const failed = PROJECTS.filter(
    (project) =>
      spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' }).status !== 0,
  )
  if (failed.length > 0) console.error(`Types are wrong in ${failed.join(', ')}.`)
  return failed.length > 0 ? 1 : 0
})
