/** Compares what a run trained with what serves now. */
import { readChannels } from '@zoidberg/core/channels.ts'
import type { Comparison, NoComparison } from '@zoidberg/core/contract/comparison.ts'
import { folder as filesIn } from '@zoidberg/core/files.ts'
import { type LoadedModel, loadModel } from '@zoidberg/core/graph/load.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import { publishedFiles } from '@zoidberg/core/registry.ts'
import { type Dataset, loadDataset, partOf, type Selection, truthOf } from '../dataset/dataset.ts'
import { compareModels, type Decisions, pairUp } from '../evaluation/compare-models.ts'
import { predictSamples } from '../evaluation/evaluate.ts'
import type { Context } from './context.ts'
import { log } from './log.ts'

const NOTHING = 'nothing to compare with'

/**
 * Compares the model in the run's folder with the one that a channel names, on the validation part, which is the same
 * patients for both because the split is hashed.
 *
 * @param dataset that the model was trained on
 * @param options the channel, and the model's id for the log
 * @returns the comparison, or why there is none
 */
export async function compareWithServing(
  context: Context,
  dataset: Dataset,
  { channel, id }: { channel: string; id: string },
): Promise<Comparison | NoComparison> {
  const incumbentId = (await readChannels(context.firestore)).get(channel)?.modelId
  if (!incumbentId) return { verdict: NOTHING, reason: `channel ${channel} names no model` }
  const incumbent = await loadModel(publishedFiles(context.store, incumbentId)).catch((error: Error) => error)
  // Model cards show the reason to everybody; the cause may name buckets and paths.
  if (incumbent instanceof Error) {
    log('WARNING', 'not compared', { incumbent: incumbentId, reason: incumbent.message })
    return { verdict: NOTHING, reason: `${incumbentId} cannot be loaded` }
  }
  const { height, width } = incumbent.manifest.input
  const isSameSize = dataset.size.height === height && dataset.size.width === width
  const theirDataset = isSameSize
    ? dataset
    : await loadDataset(dataset.directory, { height, width }).catch((error: Error) => error)
  // The training is done and good: that it cannot be compared is no reason to do it again.
  if (theirDataset instanceof Error) {
    log('WARNING', 'not compared', { incumbent: incumbentId, reason: theirDataset.message })
    return { verdict: NOTHING, reason: `the data set cannot be read at ${width} pixels` }
  }
  const pairs = pairUp(partOf(dataset, 'validation'), partOf(theirDataset, 'validation'))
  if (pairs.length === 0) return { verdict: NOTHING, reason: 'no validation image is there any more' }
  const samples = pairs.map(([sample]) => sample)
  const theirSamples = pairs.map(([, sample]) => sample)
  const candidate = await loadModel(filesIn(context.folder))
  const decisions = {
    candidate: await decisionsOf(candidate, { dataset, samples }),
    incumbent: await decisionsOf(incumbent, { dataset: theirDataset, samples: theirSamples }),
  }
  if (!isSameSize) theirDataset.close()
  candidate.dispose()
  incumbent.dispose()
  const patients = samples.map(({ patient }) => patient)
  const comparison = compareModels({ truth: truthOf(samples), patients }, decisions, incumbentId)
  const { verdict, images } = comparison
  log('INFO', 'compared', { candidate: id, incumbent: incumbentId, verdict, images })
  return comparison
}

async function decisionsOf(model: LoadedModel, selection: Selection): Promise<Decisions> {
  const raw = await predictSamples(model, selection)
  const decisions = raw.map((row) => decide(row, model.manifest).decision)
  return {
    score: decisions.map(({ probability }) => probability),
    positive: decisions.map(({ positive }) => positive),
  }
}
