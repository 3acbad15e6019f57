import { type Channel, DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'

/**
 * Which models answer, and for whom; production's come first, as what most people want to see.
 *
 * @returns ids of models, each with the channels that name it
 */
export function namedModels(channels: ReadonlyMap<string, Channel>): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  const add = (id: string, name: string) => ids.set(id, [...(ids.get(id) ?? []), name])
  const sorted = [...channels].sort(
    ([a], [b]) => Number(b === DEFAULT_CHANNEL) - Number(a === DEFAULT_CHANNEL),
  )
  for (const [name, { modelId, canary }] of sorted) {
    add(modelId, name)
    if (canary) add(canary.modelId, `${name} (canary)`)
  }
  return ids
}
