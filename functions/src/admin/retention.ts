/**
 * Old models are deleted. Three kinds are kept: what any channel names (its model, the one before, its canary), the newest
 * ten, and everything younger than thirty days. What is left of a publish that was killed goes after a day.
 */
import type { ObjectInfo } from '@zoidberg/core/store.ts'

export const KEPT_MODELS = 10
export const KEPT_DAYS = 30
export const KEPT_FRAGMENT_DAYS = 1

const DAY_MS = 86_400_000

/**
 * Chooses the models that may be deleted.
 *
 * @param objects everything below `models/`
 * @param named ids of the models that channels name
 * @param now in milliseconds since 1970
 * @returns ids of models
 */
export function collectable(
  objects: readonly ObjectInfo[],
  named: ReadonlySet<string>,
  now: number,
): string[] {
  const byModel = Map.groupBy(objects, ({ path }) => path.split('/')[1])
  const models = [...byModel].map(([id, files]) => ({
    id,
    whole: files.some(({ path }) => path === `models/${id}/manifest.json`),
    age: (now - Math.max(...files.map(({ updated }) => updated))) / DAY_MS,
  }))
  const newest = models
    .filter(({ whole }) => whole)
    .sort((a, b) => a.age - b.age)
    .slice(0, KEPT_MODELS)
    .map(({ id }) => id)
  const kept = new Set([...newest, ...named])
  return models
    .filter(({ id, whole, age }) => !kept.has(id) && age > (whole ? KEPT_DAYS : KEPT_FRAGMENT_DAYS))
    .map(({ id }) => id)
}
