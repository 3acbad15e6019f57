/** `node scripts/functions-lock.ts`: writes the lockfile that `functions/` is deployed with, after its packages have changed. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main, Unmet } from './lib/fail.ts'
import { root } from './lib/install.ts'

await main(async () => {
  const functions = join(root, 'functions')
  // Elsewhere: here npm would take it for a part of the whole repository.
  const scratch = mkdtempSync(join(tmpdir(), 'zoidberg-lock-'))
  try {
    copyFileSync(join(functions, 'package.json'), join(scratch, 'package.json'))
    writeFileSync(join(scratch, '.npmrc'), readFileSync(join(root, '.npmrc')))
    const args = ['install', '--package-lock-only', '--ignore-scripts']
    const options = { cwd: scratch, encoding: 'utf8', shell: process.platform === 'win32' } as const
    const { status, stderr } = spawnSync('npm', args, options)
    if (status !== 0) throw new Unmet(`npm cannot make the lockfile: ${stderr.trim()}`)
    copyFileSync(join(scratch, 'package-lock.json'), join(functions, 'package-lock.json'))
    return 0
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
