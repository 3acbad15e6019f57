/** Channels: the pointers in Firestore that say which models answer. Every change is a transaction with an audit entry. */
import { createHash } from 'node:crypto'
import type { Firestore, Transaction } from 'firebase-admin/firestore'
import { ZoidbergError } from './errors.ts'
import { isPublished } from './registry.ts'
import type { ReadStore } from './store.ts'

export const DEFAULT_CHANNEL = 'production'
export const CHANNEL_NAME = /^[a-z][a-z0-9-]{0,30}$/

export type Canary = { modelId: string; percent: number }

export type Channel = {
  modelId: string
  previousModelId: string | null
  canary: Canary | null
  updatedAt: string
  updatedBy: string
}

/** Who moved a channel and why; kept in `channels/{name}/audit`. */
export type Mover = { by: string; why?: string }

export type AuditEntry = {
  action: 'promote' | 'rollback' | 'canary'
  at: string
  by: string
  why: string
  from: Pick<Channel, 'modelId' | 'canary'> | null
  to: Pick<Channel, 'modelId' | 'canary'>
}

/** All models a channel names: what must not be collected. */
export const modelsOf = ({ modelId, previousModelId, canary }: Channel): string[] =>
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
export const promote = (
  firestore: Firestore,
  store: Pick<ReadStore, 'exists'>,
  name: string,
  modelId: string,
  mover: Mover,
): Promise<Channel> =>
  move(firestore, name, 'promote', mover, async (before, transaction) => {
    if (before?.modelId === modelId && !before.canary) return before
    await assertThere(firestore, store, transaction, modelId)
    const previousModelId = before?.modelId === modelId ? before.previousModelId : (before?.modelId ?? null)
    return { modelId, previousModelId, canary: null }
  })

/**
 * Points a channel back at the model it named before. What it names now need not exist any more. There is no second step
 * back: `promote` names any model.
 *
 * @throws ZoidbergError conflict if there is nothing to go back to
 */
export const rollback = (
  firestore: Firestore,
  store: Pick<ReadStore, 'exists'>,
  name: string,
  mover: Mover,
): Promise<Channel> =>
  move(firestore, name, 'rollback', mover, async (before, transaction) => {
    const modelId = before?.previousModelId
    if (!modelId)
      throw new ZoidbergError('conflict', `Channel ${name} has no previous model; promote one instead.`)
    await assertThere(firestore, store, transaction, modelId)
    return { modelId, previousModelId: null, canary: null }
  })

/** Lets a model answer a stable share of a channel's callers; `null` ends that. @throws ZoidbergError */
export const setCanary = (
  firestore: Firestore,
  store: Pick<ReadStore, 'exists'>,
  name: string,
  canary: Canary | null,
  mover: Mover,
): Promise<Channel> =>
  move(firestore, name, 'canary', mover, async (before, transaction) => {
    if (!before) throw new ZoidbergError('conflict', `Channel ${name} names no model yet; promote one first.`)
    if (canary?.modelId === before.modelId)
      throw new ZoidbergError('conflict', `${canary.modelId} is what channel ${name} names already.`)
    if (canary) await assertThere(firestore, store, transaction, canary.modelId)
    return { modelId: before.modelId, previousModelId: before.previousModelId, canary }
  })

async function move(
  firestore: Firestore,
  name: string,
  action: AuditEntry['action'],
  { by, why = '' }: Mover,
  next: (
    before: Channel | undefined,
    transaction: Transaction,
  ) => Promise<Pick<Channel, 'modelId' | 'previousModelId' | 'canary'>>,
): Promise<Channel> {
  if (!CHANNEL_NAME.test(name)) throw new ZoidbergError('bad-request', `"${name}" is not a channel name.`)
  const channel = firestore.collection('channels').doc(name)
  return firestore.runTransaction(async (transaction) => {
    const before = (await transaction.get(channel)).data() as Channel | undefined
    const changed = await next(before, transaction)
    if (changed === before) return before
    const at = new Date().toISOString()
    const after: Channel = { ...changed, updatedAt: at, updatedBy: by }
    const from = before ? { modelId: before.modelId, canary: before.canary ?? null } : null
    const to = { modelId: after.modelId, canary: after.canary }
    const entry: AuditEntry = { action, at, by, why, from, to }
    transaction.set(channel, after)
    transaction.create(channel.collection('audit').doc(), entry)
    return after
  })
}

/** Published, and not chosen for deletion: `retention.ts` leaves a mark in Firestore before it touches a file. */
async function assertThere(
  firestore: Firestore,
  store: Pick<ReadStore, 'exists'>,
  transaction: Transaction,
  id: string,
): Promise<void> {
  const mark = await transaction.get(firestore.collection('collected').doc(id))
  if (mark.exists || !(await isPublished(store, id)))
    throw new ZoidbergError('not-found', `There is no model ${id}.`)
}

/** All channels by name. */
export async function readChannels(firestore: Firestore): Promise<Map<string, Channel>> {
  const { docs } = await firestore.collection('channels').get()
  return new Map(docs.map((doc) => [doc.id, doc.data() as Channel]))
}
