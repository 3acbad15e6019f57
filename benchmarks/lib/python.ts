/** A Python with the libraries that we are compared with, in `.cache/peers`. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Unmet } from '../../scripts/lib/fail.ts'
import { root } from '../../scripts/lib/install.ts'
import { resultOf } from './process.ts'

/** Those that training is compared with, and those that serving is. */
type Group = 'training' | 'serving'

const folderOf = (group: Group): string => join(root, '.cache/peers', group)

/** @returns the path of a group's Python */
export const pythonOf = (group: Group): string => join(folderOf(group), 'bin/python')

/**
 * Installs the libraries of a group, if they are not there in these versions.
 *
 * @throws Unmet if python3 is missing, or PyPI cannot be reached
 */
export function installPeers(group: Group): void {
  const requirements = join(import.meta.dirname, `requirements-${group}.txt`)
  const wanted = readFileSync(requirements, 'utf8')
  // Written last, so that an installation that was cut off is done again.
  const installed = join(folderOf(group), 'installed.txt')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return
  console.error(`Installing the libraries that ${group} is compared with …`)
  mkdirSync(folderOf(group), { recursive: true })
  run('python3', ['-m', 'venv', folderOf(group)])
  run(pythonOf(group), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  writeFileSync(installed, wanted)
}

/**
 * @param script path of a Python program that prints its result as its last line
 * @throws Error if it fails
 */
export const python = <Result>(script: string, args: string[]): Result =>
  resultOf(pythonOf('training'), [script, ...args])

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  const reason = error?.message ?? stderr?.trim().split('\n').at(-1)
  if (status !== 0) throw new Unmet(`The libraries to compare with cannot be installed: ${reason}`)
}
