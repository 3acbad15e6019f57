/** Measurements in processes of their own, so that none warms another one up. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../scripts/lib/install.ts'

/** Libraries print a line or more for each trial of a search. */
const MAX_OUTPUT = 2 ** 28
const SHOWN_LINES = 10

/**
 * Runs a program that prints its result.
 *
 * @returns the last line of its standard output, parsed as JSON
 * @throws Error with the end of its standard error, if it fails
 */
export function resultOf<Result>(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Result {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
  })
  if (error) throw error
  const said = stderr.trim().split('\n').slice(-SHOWN_LINES).join('\n')
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${said}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) as string)
}

/**
 * Runs a script of `benchmarks/` under this Node.
 *
 * @param script such as `engine/measure.ts`
 * @throws Error if it fails
 */
export const measure = <Result>(script: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Result =>
  resultOf(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'benchmarks', script), ...args],
    env,
  )
