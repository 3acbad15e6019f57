/** One training, from a data set to a folder that can be served. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset } from '../dataset/dataset.ts'
import { assertEveryClass, hashedSplit, type Split } from '../dataset/split.ts'
import { InterruptedError } from '../errors.ts'
import { exportGraph } from '../graph/export.ts'
import type { Checkpoint } from '../train/checkpoint.ts'
import { createForward } from '../train/forward.ts'
import type { History } from '../train/history.ts'
import { type LoopEvents, trainLoop } from '../train/loop.ts'
import { planTraining } from '../train/plan.ts'
import { validateModel } from '../train/validate.ts'
import { CHECKPOINT, checkpointIn } from './checkpoints.ts'
import { identityOf, type TrainingConfig } from './config.ts'
import { type FinishedRun, finishRun } from './finish-run.ts'
import { saveLayers } from './folder.ts'
import { assertUnseen, startFrom, startFromOthers } from './start-from.ts'
import { writeEvents } from './tensorboard.ts'

type TrainRunOptions = LoopEvents & {
  dataset: Dataset
  /** By a hash of the patient if left out. */
  split?: Split
  /** Where the state after each epoch is kept; in the folder if left out. */
  checkpoint?: Checkpoint
  /** Between the last epoch and the export. */
  onTrained?(): void | Promise<void>
}

/**
 * Trains, exports, calibrates and evaluates one model. A checkpoint is gone on from.
 *
 * @param run an existing folder
 * @returns what `finishRun` returns, every epoch, and whether the training was interrupted
 * @throws UsageError if a part lacks a class, the checkpoint is of another training, or the network that this one goes on
 *   from was fitted on what would judge it
 * @throws DivergedError if the loss is no longer a number
 * @throws InterruptedError if there is nothing to save yet
 */
export async function trainRun(
  run: string,
  config: TrainingConfig,
  options: TrainRunOptions,
): Promise<FinishedRun & { history: History; interrupted: boolean }> {
  const { dataset, checkpoint = checkpointIn(run), onTrained, ...events } = options
  const { split = hashedSplit(dataset), ...loopEvents } = events
  const { definition, hyperparameters, settings, size, labels, seed } = config
  const { train, validation } = split
  assertEveryClass(split, labels)
  if (config.from) assertUnseen(split, config.from.manifest)

  const model = definition.build({ hyperparameters, size, classes: labels.length, seed })
  if (config.from) await startFrom(model, config.from.run)
  else await startFromOthers(model, definition)
  const selection = { dataset, samples: train }
  const { batches, classWeights } = planTraining(model, selection, { labels, settings, seed })
  const forward = createForward(model)
  const { history, ending, bestEpoch } = await trainLoop(model, {
    ...loopEvents,
    async onEpoch(record, isBest, history) {
      await writeEvents(run, history)
      await loopEvents.onEpoch?.(record, isBest, history)
    },
    settings,
    identity: identityOf(config, dataset, split),
    batches,
    classWeights,
    checkpoint,
    validate: () => validateModel(forward, { dataset, samples: validation }, labels),
  }).finally(() => {
    forward.dispose()
    return batches.close()
  })
  if (bestEpoch === 0)
    throw new InterruptedError('interrupted before the first epoch was finished; nothing is saved.')

  await onTrained?.()
  await saveLayers(run, model)
  const result = await finishRun(run, config, {
    dataset,
    split,
    graph: exportGraph(model, config),
    hasMap: model.outputs.length > 1,
    network: model,
    history,
    bestEpoch,
  })
  model.dispose()
  const interrupted = ending === 'interrupted'
  if (!interrupted) await rm(join(run, CHECKPOINT), { force: true })
  return { ...result, history, interrupted }
}
