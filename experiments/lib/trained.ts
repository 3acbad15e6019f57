/** Trainings that are done once and kept. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NETWORKS } from '@zoidberg/training/networks/index.ts'
import { zoidberg } from '../../benchmarks/lib/zoidberg.ts'

/**
 * Trains, unless that is done already; an interrupted training goes on.
 *
 * @param run folder of the training
 * @param args of `zoidberg train`
 * @returns the content of its `report/metrics.json`
 * @throws Error if the folder is of other arguments, or of recipes as they were before
 */
export function trained(run: string, args: string[]) {
  const asked = JSON.stringify([
    args,
    NETWORKS.map(({ hyperparameters, training }) => [hyperparameters, training]),
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
