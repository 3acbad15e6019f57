/**
 * The model pool loads each model once, however many ask for it, and counts who uses it. A model that nobody uses any more
 * is disposed. A model that could not be loaded is refused for a while without another try.
 */
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'

/** How long a model that could not be loaded is refused before it is tried again. */
export const REFUSAL_TTL_MS = 30_000

export type ModelPoolOptions = {
  /** @param sha256 of the manifest, where it is known */
  load(id: string, sha256?: string): Promise<LoadedModel>
  /** The pool tells of every load that failed, with the cause that callers do not see. */
  onRefused(id: string, cause: Error): void
  now(): number
}

/** A model in use. Whoever holds one releases it once; until then nothing disposes the model. */
export type PooledModel = {
  id: string
  model: LoadedModel
  /** Counts one more user, who releases what is returned here. */
  retain(): PooledModel
  /** Counts one user fewer. A second release of the same does nothing. */
  release(): void
}

type Entry = { id: string; loading: Promise<LoadedModel>; users: number }
type Refusal = { at: number; error: ZoidbergError }

export type ModelPool = ReturnType<typeof createModelPool>

/**
 * Creates an empty pool.
 *
 * @returns `acquire`, which loads models, and `lastRefusal`
 */
export function createModelPool({ load, onRefused, now }: ModelPoolOptions) {
  const entries = new Map<string, Entry>()
  const refusals = new Map<string, Refusal>()

  function entryFor(id: string, sha256: string | undefined): Entry {
    const known = entries.get(id)
    if (known) return known
    const refusal = refusals.get(id)
    if (refusal && now() - refusal.at < REFUSAL_TTL_MS) throw refusal.error
    const loading = load(id, sha256).then(
      (model) => {
        refusals.delete(id)
        return model
      },
      (cause: Error) => {
        // Callers are told no more: the cause may name buckets, paths and accounts.
        const error = new ZoidbergError('model-unavailable', `Model ${id} cannot be loaded.`, { cause })
        entries.delete(id)
        refusals.set(id, { at: now(), error })
        onRefused(id, cause)
        throw error
      },
    )
    const entry: Entry = { id, loading, users: 0 }
    entries.set(id, entry)
    return entry
  }

  function holdOf(entry: Entry, model: LoadedModel): PooledModel {
    let isHeld = true
    entry.users++
    return {
      id: entry.id,
      model,
      retain: () => holdOf(entry, model),
      release() {
        if (!isHeld) return
        isHeld = false
        entry.users--
        disposeUnused(entry, model)
      },
    }
  }

  function disposeUnused(entry: Entry, model: LoadedModel): void {
    if (entry.users > 0) return
    entries.delete(entry.id)
    model.dispose()
  }

  return {
    /**
     * Loads a model unless it is there, and holds it for one user.
     *
     * @param sha256 of its manifest, where it is known
     * @throws ZoidbergError model-unavailable if it cannot be loaded, or could not be a moment ago
     */
    async acquire(id: string, sha256?: string): Promise<PooledModel> {
      const entry = entryFor(id, sha256)
      // Whoever waits counts as a user: nothing may dispose the model between its arrival and this user's turn.
      entry.users++
      try {
        return holdOf(entry, await entry.loading)
      } finally {
        entry.users--
      }
    },
    /** @returns the error of the model that was refused last among these, if it has not been loaded since */
    lastRefusal: (ids: ReadonlySet<string>): Error | undefined =>
      [...refusals].findLast(([id]) => ids.has(id))?.[1].error,
  }
}
