/** The `zoidberg` command as people start it, in a process of its own that can be killed. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { watch } from './processes.ts'

/** The file that Node runs. */
export const CLI = join(import.meta.dirname, '../../training/cli.ts')

/** @param cache folder for decoded pixels @returns the process, what it printed so far, and how it ended */
export function startZoidberg(cache: string, args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
  })
  return watch(child)
}
