/** The end of a search: its best trial, trained on everything into a run folder. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import type { Dataset } from '../dataset/dataset.ts'
import type { Evaluation } from '../evaluation/evaluate.ts'
import { withOverrides } from '../models/settings.ts'
import { workIn } from '../run/announce.ts'
import { hashedSplit, type RunConfig } from '../run/config.ts'
import { CHECKPOINT, createRun, exists, replaceFile } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import type { Work } from '../train/estimate.ts'
import type { LoopOptions } from '../train/loop.ts'
import type { SearchConfig } from './run-search.ts'
import { overridesOf } from './trainer.ts'
import type { Trial } from './trials.ts'

const TRIAL = 'trial.json'
type Chosen = Pick<Trial, 'id' | 'values'>

const textOf = ({ id, values }: Chosen): string => toJson({ id, values })

/** Whether a folder is of that trial and no other. */
const isOf = async (run: string, trial: Chosen): Promise<boolean> =>
  (await readFile(join(run, TRIAL), 'utf8').catch(() => '')) === textOf(trial)

/** Whether it is trained to the end. */
const isWhole = async (run: string): Promise<boolean> =>
  (await exists(join(run, 'manifest.json'))) && !(await exists(join(run, CHECKPOINT)))

/** @returns how `zoidberg train` is told to train a trial's values on everything */
export function recipeOf(
  { definition, size, task, seed }: Pick<SearchConfig, 'definition' | 'size' | 'task' | 'seed'>,
  values: Trial['values'],
): RunConfig {
  const overrides = overridesOf(values)
  const sets = overrides.map((override) => `--set ${override}`).join(' ')
  return {
    definition,
    ...withOverrides(definition, overrides),
    size,
    task,
    seed,
    float16: true,
    command: `zoidberg train --model ${definition.name} --task ${task} --size ${size.width} --seed ${seed} ${sets}`,
  }
}

/**
 * What training the best will take.
 *
 * @param best undefined as long as nobody knows which it is
 * @returns null if it is trained already
 * @throws UsageError if the data set lacks what that training needs: better now than after the search
 */
export async function retrainingOf(
  run: string,
  best: Chosen | undefined,
  dataset: Dataset,
  config: SearchConfig,
): Promise<Work | null> {
  const { settings } = recipeOf(config, best?.values ?? {})
  const work = await workIn(run, hashedSplit(dataset), config.task, settings)
  if (!best || !(await isOf(run, best))) return { ...work, done: 0 }
  return (await isWhole(run)) ? null : work
}

/**
 * Trains the best trial on everything into a run folder; one that was cut off goes on.
 *
 * @param recipe as `recipeOf` makes it of the trial
 * @returns its figures on validation, and whether it was cut off again
 * @throws as `trainRun` does
 */
export async function retrain(
  run: string,
  best: Chosen,
  dataset: Dataset,
  recipe: RunConfig,
  events: Pick<LoopOptions, 'isInterrupted' | 'onEpoch'>,
): Promise<{ validation: Evaluation; interrupted: boolean }> {
  if (!(await isOf(run, best))) await rm(run, { recursive: true, force: true }) // of an earlier best
  await createRun(run)
  await replaceFile(join(run, TRIAL), textOf(best))
  return trainRun(run, dataset, recipe, events)
}
