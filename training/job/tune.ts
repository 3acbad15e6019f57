/** A search whose tasks share the trials; the first one ends the run. */

import type { TrainConfig, TuneConfig } from '@zoidberg/core/contract/run.ts'
import { taskFor } from '../dataset/dataset.ts'
import { inputSize } from '../networks/definition.ts'
import { networkNamed } from '../networks/index.ts'
import { bucketCheckpoints } from '../run/checkpoints.ts'
import { createRun } from '../run/folder.ts'
import type { Values } from '../space/space.ts'
import { runSearch } from '../tuning/run-search.ts'
import { identityOf, type SearchConfig, trialsOf } from '../tuning/search-config.ts'
import { firestoreStore } from '../tuning/stores/firestore.ts'
import { type Context, keep, type Outcome, reportFiles } from './context.ts'
import { log } from './log.ts'
import { train } from './train.ts'

/** What a run would be told that trains the best trial. */
function trainingOf(config: TuneConfig, values: Values): TrainConfig {
  const { dataset, model, task, size, seed, gallery, promoteAbove, channel, retrainEpochs: epochs } = config
  const set = Object.entries(values).map(([name, value]) => `${name}=${value}`)
  const shared = { dataset, model, task, size, seed, gallery, promoteAbove, channel, epochs, set }
  return { command: 'train', members: 1, ...shared }
}

/**
 * Searches what a run asks for, together with the other tasks of the execution.
 *
 * @param worker names this process in leases
 * @returns the best trial, how much each dimension matters, and what training the best brought, where that is wanted
 * @throws LostLeaseError if the run was cancelled or is another's
 * @throws FailingSearchError after three failed trials in a row
 */
export async function tune(context: Context, config: TuneConfig, worker: string): Promise<Outcome> {
  const { run, folder, firestore } = context
  const definition = networkNamed(config.model)
  const { tuner, epochs, executions, images, objective, seed } = config
  await createRun(folder)
  const dataset = await context.openDataset(inputSize(definition, config.size))
  const search: SearchConfig = {
    definition,
    tuner,
    trials: config.trials ?? trialsOf(tuner, epochs),
    epochs,
    executions,
    images,
    task: taskFor(dataset, config.task, definition.task),
    objective,
    size: dataset.size,
    seed,
  }
  const place = {
    store: await firestoreStore(firestore, { run: run.id, identity: identityOf(search, dataset) }),
    checkpoints: bucketCheckpoints(run.id),
    worker,
  }
  let stopped: Error | undefined
  const { summary } = await runSearch(folder, search, {
    dataset,
    ...place,
    isInterrupted() {
      try {
        run.assertGoing()
        return false
      } catch (error) {
        stopped = error as Error
        return true
      }
    },
    onTrial(trial, all) {
      const done = all.filter(({ state }) => state !== 'running' && state !== 'waiting').length
      log('INFO', 'trial', { trial: trial.id, state: trial.state, score: trial.score, error: trial.error })
      const note = `trial ${trial.id}: ${trial.score?.toFixed(4) ?? trial.error ?? trial.state}`
      if (!stopped) run.show({ phase: 'training', done, total: search.trials, note })
    },
  })
  if (stopped) throw stopped
  if (run.isOwner) await keep(context, ['tuning.json', ...(await reportFiles(folder))])
  const { best, importance } = summary
  const winner = best && { trial: best.id, score: best.score, values: best.values }
  const found = { best: winner, importance }
  // One task ends the search; the others have nothing left to do.
  if (!best || !config.retrain || !run.isOwner) return { result: found }
  const trained = await train(context, trainingOf(config, best.values))
  return { ...trained, result: { ...found, ...trained.result } }
}
