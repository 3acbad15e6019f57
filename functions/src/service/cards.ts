/** Model cards: what clients may know of the models that channels name. */
import type { Card } from '@zoidberg/core/contract/card.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { readManifest } from '@zoidberg/core/registry.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Models } from '../serving/models.ts'
import { namedModels } from './named-models.ts'

export type CardsOptions = { store: ReadStore; models: Pick<Models, 'channels'> }

/** @returns `card` of one model, and `cards` of all */
export function createCards({ store, models }: CardsOptions) {
  const manifests = new Map<string, Promise<Manifest>>()

  /** A published manifest never changes: each is read once, and forgotten when no channel names it any more. */
  function manifestOf(id: string, named: ReadonlyMap<string, unknown>): Promise<Manifest> {
    for (const known of manifests.keys()) if (!named.has(known)) manifests.delete(known)
    const reading = manifests.get(id) ?? readManifest(store, id)
    manifests.set(id, reading)
    reading.catch(() => manifests.delete(id))
    return reading
  }

  /** @throws ZoidbergError not-found if no channel names the model, model-unavailable if its manifest cannot be read */
  async function card(id: string): Promise<Card> {
    const named = namedModels(await models.channels())
    const channels = named.get(id)
    if (!channels) throw new ZoidbergError('not-found', `No channel names a model "${id.slice(0, 80)}".`)
    const manifest = await manifestOf(id, named).catch((cause) => {
      throw new ZoidbergError('model-unavailable', `The card of model ${id} cannot be read.`, { cause })
    })
    return toCard(manifest, channels)
  }

  /** A model whose card cannot be read is left out. */
  async function cards(): Promise<Card[]> {
    const ids = namedModels(await models.channels()).keys()
    const results = await Promise.allSettled([...ids].map(card))
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  }

  return { card, cards }
}

/**
 * @param channels that name the model
 * @returns what clients may know of it: nothing of its files, its calibration and how to make it again
 */
export function toCard(
  { id, createdAt, task, labels, findings, input, outputs, operatingPoints, metrics, training }: Manifest,
  channels: string[],
): Card {
  const { dataset, seed, model } = training
  const explains = outputs.activationMap !== undefined
  return {
    id,
    channels,
    createdAt,
    task,
    labels,
    ...(findings ? { findings } : {}),
    input: { height: input.height, width: input.width },
    explains,
    operatingPoints,
    metrics,
    training: { model, dataset, seed },
  }
}
