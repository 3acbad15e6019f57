/** Several runs as one model that averages their answers. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, type ManifestFile, parseManifest } from '@zoidberg/core/manifest.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { hashedSplit, splitDigest } from '../dataset/split.ts'
import { UsageError } from '../errors.ts'
import { type GraphFiles, mergeGraphs } from '../graph/merge.ts'
import type { TrainingSettings } from '../networks/definition.ts'
import { withCurrentNames } from '../networks/former-names.ts'
import { networkNamed } from '../networks/index.ts'
import { notStarted, observe } from '../train/early-stopping.ts'
import type { History } from '../train/history.ts'
import { CHECKPOINT } from './checkpoints.ts'
import { type FinishedRun, finishRun } from './finish-run.ts'
import { exists, REPORT } from './folder.ts'

/**
 * Reads what the members of an ensemble are.
 *
 * @param runs folders of finished runs
 * @throws UsageError naming a run that is not finished, or is of another size, task or data set than the first
 */
export async function readMembers(runs: readonly string[]): Promise<Manifest[]> {
  const manifests = await Promise.all(
    runs.map(async (run) => parseManifest(JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')))),
  )
  for (const run of runs)
    if (await exists(join(run, CHECKPOINT)))
      throw new UsageError(`${run} is not finished; finish it with --resume first.`)
  const kindOf = ({ task, labels, input, outputs, training }: Manifest) =>
    JSON.stringify([task, labels, input.height, input.width, outputs, training.dataset.fingerprint])
  const other = manifests.findIndex((manifest) => kindOf(manifest) !== kindOf(manifests[0]))
  if (other >= 0)
    throw new UsageError(`${runs[other]} has another size, task, map or data set than ${runs[0]}.`)
  return manifests
}

/**
 * Merges the graphs of runs into a run of their own, calibrated and evaluated anew.
 *
 * @param out an existing folder
 * @param runs folders of finished runs
 * @param options their data set; the id and the command of the new model, made from the members' if left out
 * @returns the manifest, and the figures that it has
 * @throws UsageError if the data set is not theirs, or one of them was fitted on what would judge them all
 */
export async function ensembleRuns(
  out: string,
  runs: readonly string[],
  { dataset, id, command }: { dataset: Dataset; id?: string; command?: string },
): Promise<FinishedRun> {
  const manifests = await readMembers(runs)
  const [first] = manifests
  if (dataset.fingerprint !== first.training.dataset.fingerprint)
    throw new UsageError(`this is not the data set that ${runs[0]} was trained on.`)
  const here = splitDigest(hashedSplit(dataset))
  const fold = manifests.findIndex(({ training }) => (training.dataset.split ?? here) !== here)
  if (fold >= 0) throw new UsageError(`${runs[fold]} was fitted on images that validate here: it is a fold.`)
  const graphs = await Promise.all(manifests.map(({ files }, i) => readFiles(runs[i], files)))
  const definition = networkNamed(first.training.model)
  const history: History = JSON.parse(await readFile(join(runs[0], REPORT, 'history.json'), 'utf8'))
  const config = {
    definition,
    hyperparameters: definition.hyperparameters,
    // Of the members, not of what the recipe may have become since.
    settings: withCurrentNames(first.training.hyperparameters) as TrainingSettings,
    size: dataset.size,
    task: first.task,
    labels: first.labels,
    seed: first.training.seed,
    float16: true,
    command: command ?? manifests.map(({ training }) => training.command).join('; '),
    ...(id ? { id } : {}),
  }
  return finishRun(out, config, {
    dataset,
    graph: mergeGraphs(graphs),
    hasMap: first.outputs.activationMap !== undefined,
    history,
    bestEpoch: bestEpochOf(history, config.settings),
  })
}

const readFiles = async (run: string, files: readonly ManifestFile[]): Promise<GraphFiles> =>
  new Map(await Promise.all(files.map(async ({ name }) => [name, await readFile(join(run, name))] as const)))

const bestEpochOf = (history: History, { minDelta }: TrainingSettings): number =>
  history.reduce((state, { epoch, valLoss: loss }) => observe(state, { epoch, loss, minDelta }), notStarted)
    .bestEpoch
