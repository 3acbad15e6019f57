/**
 * The parts are put together once per instance, when it starts or the first request comes: not while functions are deployed.
 *
 * Imports go one way: functions → backend and guard → platform, http and callable → admin and service → serving → core;
 * config.ts, log.ts, caller.ts, once.ts and parse-call.ts import none of these, and any of them may import those five.
 */
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { publishedFiles } from '@zoidberg/core/registry.ts'
import * as config from './config.ts'
import { type AppOptions, createApp } from './http/app.ts'
import * as log from './log.ts'
import { once } from './once.ts'
import { addressOf, payerOf } from './payer.ts'
import type { FirebasePlatform } from './platform/firebase.ts'
import type { Platform } from './platform/platform.ts'
import { createService } from './service/service.ts'
import { createCounters } from './serving/counters.ts'
import { createModels } from './serving/models.ts'
import { createRateLimit } from './serving/rate-limit.ts'
import { warmUp } from './serving/warm-up.ts'

/** @returns the platform on Firebase, opened once per instance */
export const openFirebaseOnce = once(
  async (): Promise<FirebasePlatform> => (await import('./platform/firebase.ts')).openFirebase(),
)

/** @returns the service, its HTTP app and the admin callables, on the platform of this process; made once */
export const openBackend = once(createBackend)

async function createBackend() {
  if (config.tracesNow()) await (await import('./tracing.ts')).startTracing()
  const platform = await openPlatform()
  const { store } = platform
  const load = async (id: string, sha256?: string) => {
    const started = performance.now()
    const { name } = await loadEngine()
    const model = await warmUp(await loadModel(publishedFiles(store, id), { id, sha256 }))
    log.modelLoaded(id, name, performance.now() - started)
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
  const rateLimit = createRateLimit({ settle: platform.settle, onFailure: log.ratesNotShared })
  const service = createService({
    store,
    models,
    counters,
    rateLimit,
    onAnswered: log.answered,
    engine: loadEngine,
  })
  const app = createApp({
    service,
    origins: config.originsNow,
    appOf: (token) => appOf(platform, token),
    accountOf: (authorization) => accountOf(platform, authorization),
    payerOf: payerNow,
    isOperator: platform.isOperator,
    siteKey: config.appCheckKeyNow,
    onUnexpected: log.unexpected,
  })
  const admin = platform.createAdminCallables(async (id) => (await load(id)).dispose())
  return { service, app, admin, payerOf: payerNow }
}

const payerNow: AppOptions['payerOf'] = ({ forwarded, ip, ...known }) =>
  payerOf({ ...known, address: addressOf(forwarded, ip, config.proxiesNow()) }, config.ratesNow())

/** `npm start` names the folder of the one model it serves; everything else runs on Firebase. */
async function openPlatform(): Promise<Platform> {
  const folder = process.env.ZOIDBERG_EMBEDDED_MODEL
  if (!folder) return openFirebaseOnce()
  const { openEmbedded } = await import('./platform/embedded.ts')
  return openEmbedded(folder)
}

async function appOf(platform: Platform, token: string | undefined): Promise<string | undefined> {
  const app = token === undefined ? undefined : await platform.appOf(token)
  if (app === undefined && config.enforcesAppCheckNow())
    throw new ZoidbergError('unauthenticated', 'A valid App Check token is needed.')
  return app
}

async function accountOf(platform: Platform, authorization: string | undefined): Promise<string | undefined> {
  if (!authorization?.startsWith('Bearer ')) return undefined
  const uid = await platform.accountOf(authorization.slice('Bearer '.length))
  if (uid === undefined) throw new ZoidbergError('unauthenticated', 'The ID token is not valid.')
  return uid
}
