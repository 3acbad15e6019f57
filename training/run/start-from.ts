/** Training goes on from a trained network: on more images, or on other classes with a new head. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Manifest, parseManifest } from '@zoidberg/core/manifest.ts'
import type { Split } from '../dataset/split.ts'
import { UsageError } from '../errors.ts'
import { seenBy } from '../evaluation/seen.ts'
import type { NetworkDefinition } from '../networks/definition.ts'
import { exists, loadLayers } from './folder.ts'

/**
 * Reads what a run was, before anything is loaded.
 *
 * @param run folder of a finished run
 * @throws UsageError if there is none
 */
export async function parentOf(run: string): Promise<Manifest> {
  const path = join(run, 'manifest.json')
  if (!(await exists(path)))
    throw new UsageError(`${run} is no folder of a finished run; --from takes what train wrote.`)
  return parseManifest(JSON.parse(await readFile(path, 'utf8')))
}

/**
 * A network is not judged on what the one before it was fitted on.
 *
 * @throws UsageError naming how many of the validation images those are
 */
export function assertUnseen({ validation }: Split, parent: Manifest): void {
  const { fitted } = seenBy(parent, validation) ?? { fitted: 0 }
  if (fitted > 0)
    throw new UsageError(
      `${parent.id} was fitted on ${fitted} of the ${validation.length} validation images; its figures would flatter. Keep its split, or train from the start.`,
    )
}

/**
 * Gives a network the weights of a trained one, in place. What has another shape, as the head of other classes has, keeps
 * its first weights.
 *
 * @param run folder of the trained one
 * @throws UsageError if the two are not the same network
 */
export async function startFrom(model: LayersModel, run: string): Promise<void> {
  const parent = await loadLayers(run)
  const [own, theirs] = [model.getWeights(), parent.getWeights()]
  if (own.length !== theirs.length)
    throw new UsageError(`${run} is of another network, or has other hyperparameters.`)
  const isSame = own.map((weight, i) => weight.shape.join() === theirs[i].shape.join())
  // A head is a kernel and a bias at most; more that differs is another network.
  if (isSame.filter((same) => !same).length > 2)
    throw new UsageError(`${run} has layers of other sizes: give the same --model, --size and --set.`)
  model.setWeights(own.map((weight, i) => (isSame[i] ? theirs[i] : weight)))
  parent.dispose()
}

/** Gives a network's layers what other images taught them, in place, where its definition has that. */
export async function startFromOthers(model: LayersModel, { pretrained }: NetworkDefinition): Promise<void> {
  for (const [layer, weights] of (await pretrained?.()) ?? []) {
    model.getLayer(layer).setWeights(weights)
    for (const weight of weights) weight.dispose()
  }
}
