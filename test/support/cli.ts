/** The `zoidberg` command as people start it, in a process of its own that can be killed. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const cli = join(import.meta.dirname, '../../training/cli.ts')

/** @param cache folder for decoded pixels @returns the process, what it printed so far, and how it ended */
export function startZoidberg(cache: string, args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
  })
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (output.out += chunk))
  child.stderr.on('data', (chunk) => (output.err += chunk))
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('exit', (code) => resolve({ code, ...output })),
  )
  return { child, output, ended }
}
