/**
 * Routing decides which model a request means: a channel's, its canary's, or one that was asked for by its id. It is pure;
 * loading and falling back are the work of models.ts.
 */
import { isInCanary } from '@zoidberg/core/channels.ts'
import { type Channel, DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'

type Channels = ReadonlyMap<string, Channel>

// Names of channels have no slash: contract/channel.ts.
const CANARY = '/canary'
const PREVIOUS = '/previous'

/**
 * A model that may answer a request.
 *
 * @property slot what the model answers for from then on: `name` of a channel, `name/canary` or `name/previous`
 * @property fallback what answers where the model is broken or takes long to load: the slot's `last-good` model, the
 * `next-target` at once, or `none`, so that the request waits and fails
 */
export type Target = {
  channel: string
  modelId: string
  slot: string
  fallback: 'last-good' | 'next-target' | 'none'
}

/**
 * @property wanted a channel or a model id; production if left out
 * @property caller stays the same for one client, so that a canary always or never answers it; undefined never gets one
 * @property hint what a caller may do who asks for a model that no channel names
 */
export type RouteRequest = { wanted?: string; caller?: string; hint?: string }

/**
 * Puts the models that may answer a request in order: the next is for when the one before cannot.
 *
 * @returns at least one target
 * @throws ZoidbergError not-found if no channel is or names `wanted`, model-unavailable if there is no production channel
 */
export function targetsOf(channels: Channels, { wanted, caller, hint = '' }: RouteRequest): Target[] {
  const name = wanted ?? DEFAULT_CHANNEL
  const channel = channels.get(name)
  if (channel) return targetsOfChannel(name, channel, caller)
  if (wanted === undefined)
    throw new ZoidbergError('model-unavailable', `No model is published on channel ${DEFAULT_CHANNEL}.`)
  const target = targetOfModel(channels, wanted)
  if (target) return [target]
  throw new ZoidbergError('not-found', `No channel names a model "${wanted.slice(0, 80)}". ${hint}`.trim())
}

function targetsOfChannel(
  name: string,
  { modelId, previousModelId, canary }: Channel,
  caller: string | undefined,
): Target[] {
  const stable: Target[] = [{ channel: name, modelId, slot: name, fallback: 'last-good' }]
  // An instance that starts while the channel names a broken model has no last good one: the one before was good.
  if (previousModelId)
    stable.push({ channel: name, modelId: previousModelId, slot: name + PREVIOUS, fallback: 'none' })
  if (!canary || caller === undefined || !isInCanary(caller, canary)) return stable
  // A canary that cannot answer is no reason for its callers to go without.
  const slot = name + CANARY
  return [{ channel: name, modelId: canary.modelId, slot, fallback: 'next-target' }, ...stable]
}

/** A model that was asked for by its id is answered for by no other. */
function targetOfModel(channels: Channels, id: string): Target | undefined {
  for (const [channel, { modelId, canary }] of channels) {
    const target = { channel, modelId: id, fallback: 'none' } as const
    if (modelId === id) return { ...target, slot: channel }
    if (canary?.modelId === id) return { ...target, slot: channel + CANARY }
  }
  return undefined
}

/** @returns the id of the model that a slot names by now, or undefined if it names none any more */
export function modelOfSlot(channels: Channels, slot: string): string | undefined {
  const channel = channels.get(slot.split('/')[0])
  if (slot.endsWith(CANARY)) return channel?.canary?.modelId
  return (slot.endsWith(PREVIOUS) ? channel?.previousModelId : channel?.modelId) ?? undefined
}

/**
 * A slot keeps its last good model while it names any model at all; only the slot of the model before keeps none but the
 * one it names.
 *
 * @returns whether the slot still needs the model
 */
export function isNeeded(channels: Channels, slot: string, modelId: string): boolean {
  const named = modelOfSlot(channels, slot)
  return named !== undefined && (named === modelId || !slot.endsWith(PREVIOUS))
}
