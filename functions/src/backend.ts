/** Puts the parts together once per instance, when the first request comes: not while functions are deployed. */
import { version_core as tfjsVersion } from '@tensorflow/tfjs-core'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { SHARP_VERSION } from '@zoidberg/core/image.ts'
import { publishedFiles } from '@zoidberg/core/registry.ts'
import * as config from './config.ts'
import { createApp } from './http/app.ts'
import * as log from './log.ts'
import type { FirebasePlatform } from './platform/firebase.ts'
import type { Platform } from './platform/platform.ts'
import { createService } from './service.ts'
import { createCounters } from './serving/counters.ts'
import { createModels } from './serving/models.ts'
import { warmed } from './serving/warm.ts'

let firebase: Promise<FirebasePlatform> | undefined
let backend: ReturnType<typeof createBackend> | undefined

export const openFirebaseOnce = (): Promise<FirebasePlatform> => {
  firebase ??= import('./platform/firebase.ts').then(({ openFirebase }) => openFirebase())
  return firebase
}

/** The service, its HTTP app and the admin doors, on the platform of this process; made once. */
export function openBackend() {
  backend ??= createBackend().catch((error) => {
    backend = undefined // the next request tries again
    throw error
  })
  return backend
}

async function createBackend() {
  const platform = await openPlatform()
  const { store } = platform
  const load = async (id: string) => {
    const started = performance.now()
    const engine = await loadEngine()
    const model = await warmed(await loadModel(publishedFiles(store, id)))
    log.modelLoaded(id, engine, performance.now() - started)
    return model
  }
  const counters = createCounters(platform.addTallies, log.countersNotStored)
  const models = createModels({
    channels: platform.channels,
    load,
    onMissed: (id, error) => counters.count(id, error),
    onRefused: log.modelRefused,
    onChannelsUnreadable: log.channelsUnreadable,
    hint: platform.hint,
  })
  const versions = { node: process.versions.node, tfjs: tfjsVersion, sharp: SHARP_VERSION }
  const service = createService({ store, models, counters, engine: loadEngine, versions })
  const app = createApp({
    service,
    origins: config.originsNow,
    assertAppCheck: (token) => assertAppCheck(platform, token),
    onUnexpected: log.unexpected,
  })
  const doors = platform.createDoors(async (id) => (await load(id)).dispose())
  return { service, app, doors }
}

/** `npm start` names the folder of the one model it serves; everything else runs on Firebase. */
async function openPlatform(): Promise<Platform> {
  const folder = process.env.ZOIDBERG_EMBEDDED_MODEL
  if (!folder) return openFirebaseOnce()
  const { openEmbedded } = await import('./platform/embedded.ts')
  return openEmbedded(folder)
}

async function assertAppCheck(platform: Platform, token: string | undefined): Promise<void> {
  if (!config.enforcesAppCheckNow()) return
  if (token && (await platform.isAppCheckToken(token))) return
  throw new ZoidbergError('unauthenticated', 'A valid App Check token is needed.')
}
