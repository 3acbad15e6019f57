/** A Python with the libraries that we are compared with, in `.cache/peers`. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Unmet } from '../../scripts/lib/fail.ts'
import { root } from '../../scripts/lib/install.ts'
import { resultOf } from './process.ts'

const FOLDER = join(root, '.cache/peers')
const PYTHON = join(FOLDER, 'bin/python')
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')
/** Written last, so that an installation that was cut off is done again. */
const INSTALLED = join(FOLDER, 'installed.txt')

/**
 * Installs the libraries, if they are not there in these versions.
 *
 * @throws Unmet if python3 is missing, or PyPI cannot be reached
 */
export function installPeers(): void {
  const wanted = readFileSync(REQUIREMENTS, 'utf8')
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === wanted) return
  console.error('Installing Keras, scikit-learn and other libraries to compare with …')
  mkdirSync(FOLDER, { recursive: true })
  run('python3', ['-m', 'venv', FOLDER])
  run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS])
  writeFileSync(INSTALLED, wanted)
}

/**
 * @param script path of a Python program that prints its result as its last line
 * @throws Error if it fails
 */
export const python = <Result>(script: string, args: string[]): Result => resultOf(PYTHON, [script, ...args])

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  const reason = error?.message ?? stderr?.trim().split('\n').at(-1)
  if (status !== 0) throw new Unmet(`The libraries to compare with cannot be installed: ${reason}`)
}
