/** Channels: the pointers in Firestore that say which models answer. Every change is one atomic commit with an audit entry. */
import { createHash } from 'node:crypto'
import type { Firestore, WriteBatch } from 'firebase-admin/firestore'
import type { AuditEntry, Canary, Channel } from './contract/channel.ts'
import { CHANNEL_NAME } from './contract/channel.ts'
import { ZoidbergError } from './contract/problems.ts'
import { digest } from './files.ts'
import { retryOnConflict, writeIfUnchanged } from './firestore.ts'
import { isPublished, modelPath } from './registry.ts'
import type { ReadStore } from './store.ts'

/** @property expected what the channel must name for the move to make sense; left out, anything */
export type Mover = { by: string; why?: string; expected?: string }

/**
 * @property store of the published models
 * @property channel its name
 */
export type ChannelPlace = { firestore: Firestore; store: ReadStore; channel: string }

/** All models a channel names: what must not be collected. */
export const modelsOf = ({ modelId, previousModelId, canary }: Pointers): string[] =>
  [modelId, previousModelId, canary?.modelId].filter((id): id is string => typeof id === 'string')

/**
 * Whether a caller belongs to the share that a canary answers: the same caller always does or never does, and another
 * canary draws other callers.
 *
 * @param caller anything that stays the same for one client, such as a uid
 */
export function isInCanary(caller: string, { modelId, percent }: Canary): boolean {
  const hash = createHash('sha256').update(`${modelId}\n${caller}`).digest()
  return (100 * hash.readUInt32BE(0)) / 2 ** 32 < percent
}

/**
 * Points a channel at a published model; the model it named becomes `previousModelId`, a canary ends. Promoting what is
 * already there changes nothing.
 *
 * @throws ZoidbergError bad-request for the channel's name, not-found if the model is not published as a whole
 */
export const promote = (place: ChannelPlace, modelId: string, mover: Mover): Promise<Channel> =>
  move(place, { action: 'promote', ...mover }, (before) => {
    if (before?.modelId === modelId && !before.canary) return undefined
    const previousModelId = before?.modelId === modelId ? before.previousModelId : (before?.modelId ?? null)
    return { modelId, previousModelId, canary: null }
  })

/**
 * Points a channel back at the model it named before. What it names now need not exist any more. There is no second step
 * back: `promote` names any model.
 *
 * @throws ZoidbergError conflict if there is nothing to go back to
 */
export const rollback = (place: ChannelPlace, mover: Mover): Promise<Channel> =>
  move(place, { action: 'rollback', ...mover }, (before) => {
    const modelId = before?.previousModelId
    if (!modelId)
      throw new ZoidbergError(
        'conflict',
        `Channel ${place.channel} has no previous model; promote one instead.`,
      )
    return { modelId, previousModelId: null, canary: null }
  })

/**
 * Lets a model answer a stable share of a channel's callers; `null` ends that.
 *
 * @throws ZoidbergError
 */
export const setCanary = (place: ChannelPlace, canary: Canary | null, mover: Mover): Promise<Channel> =>
  move(place, { action: 'canary', ...mover }, (before) => {
    if (!before)
      throw new ZoidbergError('conflict', `Channel ${place.channel} names no model yet; promote one first.`)
    if (canary?.modelId === before.modelId)
      throw new ZoidbergError('conflict', `${canary.modelId} is what channel ${place.channel} names already.`)
    if (!canary && !before.canary) return undefined
    return { modelId: before.modelId, previousModelId: before.previousModelId, canary }
  })

type Pointers = Pick<Channel, 'modelId' | 'previousModelId' | 'canary'>

/** @param next what the channel names after it; undefined changes nothing */
async function move(
  { firestore, store, channel: name }: ChannelPlace,
  { action, by, why = '', expected }: Mover & Pick<AuditEntry, 'action'>,
  next: (before: Channel | undefined) => Pointers | undefined,
): Promise<Channel> {
  if (!CHANNEL_NAME.test(name)) throw new ZoidbergError('bad-request', `"${name}" is not a channel name.`)
  const channel = firestore.collection('channels').doc(name)
  return retryOnConflict(async () => {
    const now = await channel.get()
    const before = now.data() as Channel | undefined
    const pointers = next(before)
    if (!pointers) return before as Channel
    if (expected && before?.modelId !== expected)
      throw new ZoidbergError('conflict', `Channel ${name} names ${before?.modelId} by now, not ${expected}.`)
    const at = new Date().toISOString()
    const batch = firestore.batch()
    // What answered already is left alone: its files may be gone, which must not stop anybody from moving on.
    const answering = new Set(before ? answeringOf(before) : [])
    const manifests = { ...before?.manifests }
    for (const id of answeringOf(pointers))
      if (!answering.has(id)) manifests[id] = await keepModel({ firestore, store, batch }, id, at)
    const named = new Set(modelsOf(pointers))
    for (const id of Object.keys(manifests)) if (!named.has(id)) delete manifests[id]
    const after: Channel = { ...pointers, updatedAt: at, updatedBy: by, manifests }
    writeIfUnchanged(batch, now, after)
    const from = before ? { modelId: before.modelId, canary: before.canary ?? null } : null
    const to = { modelId: after.modelId, canary: after.canary }
    const entry: AuditEntry = { action, at, by, why, from, to }
    batch.create(channel.collection('audit').doc(), entry)
    await batch.commit()
    return after
  })
}

/** The models that answer for a channel. */
const answeringOf = (pointers: Pointers): string[] => modelsOf({ ...pointers, previousModelId: null })

/** What stands between a model and its deletion: whoever names or deletes one writes here. */
export type Guard = { namedAt: string | null; collectedAt: string | null }
/** @returns the document that guards a model against being named and deleted at once */
export const guardOf = (firestore: Firestore, modelId: string) => firestore.doc(`guards/${modelId}`)

/**
 * Adds to the batch that a model is named by now.
 *
 * @returns the SHA-256 of its manifest
 * @throws ZoidbergError not-found if it is not published, or is being deleted
 */
async function keepModel(
  { firestore, store, batch }: Omit<ChannelPlace, 'channel'> & { batch: WriteBatch },
  id: string,
  at: string,
): Promise<string> {
  const guard = await guardOf(firestore, id).get()
  const isCollected = (guard.data() as Guard | undefined)?.collectedAt
  if (isCollected || !(await isPublished(store, id)))
    throw new ZoidbergError('not-found', `There is no model ${id}.`)
  writeIfUnchanged(batch, guard, { namedAt: at, collectedAt: null } satisfies Guard)
  return digest(await store.read(modelPath(id, 'manifest.json')))
}

/** @returns what the manifest of a model must be by the channels that name it; undefined where none says */
export const digestOf = (channels: ReadonlyMap<string, Channel>, modelId: string): string | undefined =>
  [...channels.values()].map(({ manifests }) => manifests?.[modelId]).find(Boolean)

/** All channels by name. */
export async function readChannels(firestore: Firestore): Promise<Map<string, Channel>> {
  const { docs } = await firestore.collection('channels').get()
  return new Map(docs.map((doc) => [doc.id, doc.data() as Channel]))
}
