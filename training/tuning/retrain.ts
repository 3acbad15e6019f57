/** The end of a search: its best trial, trained on everything into a run folder. */

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { labelsOf } from '../dataset/dataset.ts'
import { hashedSplit } from '../dataset/split.ts'
import type { Evaluation } from '../evaluation/evaluate.ts'
import { toOverrides } from '../networks/overrides.ts'
import { recipeWith } from '../networks/recipe.ts'
import { workIn } from '../run/announce.ts'
import { CHECKPOINT } from '../run/checkpoints.ts'
import type { TrainingConfig } from '../run/config.ts'
import { createRun, exists, replaceFile } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import type { Values } from '../space/space.ts'
import type { Work } from '../train/estimate.ts'
import type { LoopEvents } from '../train/loop.ts'
import type { SearchConfig } from './search-config.ts'
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

/**
 * Configures the training of a trial's values on everything.
 *
 * @param values of the trial; the network's own where a name is left out
 * @returns what `zoidberg train` would be told
 * @throws UsageError naming an unknown name or a value it does not take
 */
export function configFor(
  { definition, size, task, seed }: Pick<SearchConfig, 'definition' | 'size' | 'task' | 'seed'>,
  dataset: Dataset,
  values: Values,
): TrainingConfig {
  const overrides = toOverrides(values).join(' ')
  return {
    definition,
    ...recipeWith(definition, values),
    size,
    task,
    labels: labelsOf(dataset, task),
    seed,
    float16: true,
    command: `zoidberg train --model ${definition.name} --task ${task} --size ${size.width} --seed ${seed} ${overrides}`,
  }
}

/**
 * Finds out what training the best will take.
 *
 * @param run folder of that training
 * @param options the data set, and the best trial, undefined as long as nobody knows which it is
 * @returns null if it is trained already
 * @throws UsageError if the data set lacks what that training needs: better now than after the search
 */
export async function retrainingOf(
  run: string,
  config: SearchConfig,
  { dataset, best }: { dataset: Dataset; best: Chosen | undefined },
): Promise<Work | null> {
  const { labels, settings } = configFor(config, dataset, best?.values ?? {})
  const work = await workIn(run, hashedSplit(dataset), { labels, settings })
  if (!best || !(await isOf(run, best))) return { ...work, done: 0 }
  return (await isWhole(run)) ? null : work
}

/**
 * Trains the best trial on everything into a run folder; one that was cut off goes on.
 *
 * @param run folder of that training; another trial's is replaced
 * @param config as `configFor` makes it of the trial
 * @returns its figures on validation, and whether it was cut off again
 * @throws DivergedError if the loss is no longer a number
 * @throws InterruptedError if there is nothing to save yet
 */
export async function retrain(
  run: string,
  config: TrainingConfig,
  { dataset, best, ...events }: LoopEvents & { dataset: Dataset; best: Chosen },
): Promise<{ validation: Evaluation; interrupted: boolean }> {
  if (!(await isOf(run, best))) await rm(run, { recursive: true, force: true }) // of an earlier best
  await createRun(run)
  await replaceFile(join(run, TRIAL), textOf(best))
  return trainRun(run, config, { dataset, ...events })
}
