import type { Health } from '@zoidberg/core/contract/card.ts'
import type { Engine } from '@zoidberg/core/engines/session.ts'
import { SHARP_VERSION } from '@zoidberg/core/image.ts'
import type { Models } from '../serving/models.ts'

export type HealthOptions = {
  models: Pick<Models, 'use' | 'lastError'>
  engine(): Promise<Engine>
}

/**
 * Looks whether production can answer; loads its model if none is loaded.
 *
 * @returns what is wrong, too; it never throws
 */
export async function readHealth({ models, engine }: HealthOptions): Promise<Health> {
  const loaded = await engine().catch(() => null)
  // What predictions depend on.
  const versions = {
    node: process.versions.node,
    sharp: SHARP_VERSION,
    ...(loaded && { [loaded.name]: loaded.version }),
  }
  const state = { engine: loaded?.name ?? null, versions }
  try {
    const model = await models.use(undefined, undefined, async ({ model, channel }) => ({
      id: model.manifest.id,
      channel,
    }))
    const lastError = models.lastError()
    return { ready: true, ...state, model, ...(lastError ? { lastError } : {}) }
  } catch (cause) {
    const lastError = models.lastError() ?? (cause as Error).message
    return { ready: false, ...state, model: null, lastError }
  }
}
