/** The `zoidberg` command, as benchmarks and experiments run it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../scripts/lib/install.ts'

const CLI = join(root, 'training/cli.ts')

/**
 * Runs the command; what it says on the way goes to the terminal.
 *
 * @returns its standard output
 * @throws Error if it fails or is interrupted
 */
export function zoidberg(args: string[]): string {
  const command = ['--disable-warning=ExperimentalWarning', CLI, ...args]
  const { status, stdout } = spawnSync(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`zoidberg ${args.join(' ')} ended with ${status}`)
  return stdout
}
