/** The `zoidberg` command as benchmarks run it: once, and what it trained once is kept. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MODELS } from '@zoidberg/training/models/index.ts'

const cli = new URL('../training/cli.ts', import.meta.url).pathname

/**
 * What a `zoidberg` command prints on stdout; its progress goes to the terminal.
 *
 * @throws Error if it fails
 */
export function zoidberg(args: string[]): string {
  const command = ['--disable-warning=ExperimentalWarning', cli, ...args]
  const { status, stdout } = spawnSync(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`zoidberg ${args.join(' ')} ended with ${status}`)
  return stdout
}

/**
 * The figures of a training in RUN: done if it is not yet, gone on with if it was interrupted.
 *
 * @throws Error if RUN is of other arguments, or of recipes as they were before
 */
export function trained(run: string, args: string[]) {
  const asked = JSON.stringify([
    args,
    MODELS.map(({ hyperparameters, training }) => [hyperparameters, training]),
  ])
  const note = join(run, 'asked.json')
  if (existsSync(run) && (!existsSync(note) || readFileSync(note, 'utf8') !== asked))
    throw new Error(`${run} was trained with other arguments or recipes; choose another folder.`)
  mkdirSync(run, { recursive: true })
  writeFileSync(note, asked)
  // An interrupted training has figures too, and its checkpoint.
  const isInterrupted = existsSync(join(run, 'checkpoint.bin'))
  if (isInterrupted || !existsSync(join(run, 'manifest.json'))) {
    console.error(`${run} …`)
    zoidberg(['train', ...args, '--out', run, '--json', ...(isInterrupted ? ['--resume'] : [])])
  }
  return JSON.parse(readFileSync(join(run, 'report/metrics.json'), 'utf8'))
}
