/** The exported functions: Firebase at the edge, `service.ts` and `admin/doors.ts` inside. */
import { join } from 'node:path'
import { version_core as tfjsVersion } from '@tensorflow/tfjs-core'
import { readChannels } from '@zoidberg/core/channels.ts'
import { collectCheckpoints } from '@zoidberg/core/checkpoints.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { ZoidbergError } from '@zoidberg/core/errors.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { SHARP_VERSION } from '@zoidberg/core/image.ts'
import { publishedFiles } from '@zoidberg/core/registry.ts'
import { collect } from '@zoidberg/core/retention.ts'
import { bucketStore, type Store } from '@zoidberg/core/store.ts'
import { initializeApp } from 'firebase-admin/app'
import { getAppCheck } from 'firebase-admin/app-check'
import { getAuth } from 'firebase-admin/auth'
import { getFirestore } from 'firebase-admin/firestore'
import { getStorage } from 'firebase-admin/storage'
import { onInit } from 'firebase-functions'
import { type CallableRequest, onCall, onRequest } from 'firebase-functions/https'
import { setGlobalOptions } from 'firebase-functions/options'
import { projectID } from 'firebase-functions/params'
import { onSchedule } from 'firebase-functions/scheduler'
import { type AdminDoor, createDoors } from './admin/doors.ts'
import type { Launcher } from './admin/launcher.ts'
import { failDeadRuns } from './admin/runs.ts'
import { predictCall, withHttpsErrors, withoutLoggedBodies } from './callable.ts'
import * as config from './config.ts'
import { CALLER_HEADER, createApp } from './http/app.ts'
import { forward } from './http/forward.ts'
import * as log from './log.ts'
import { createService, type Service } from './service.ts'
import { createCounters } from './serving/counters.ts'
import { createModels } from './serving/models.ts'
import { addTallies } from './serving/tallies.ts'
import { warmed } from './serving/warm.ts'

const PREDICT_TIMEOUT_SECONDS = 60 // Hosting cuts requests off after 60 s: firebase.google.com/docs/hosting/functions

setGlobalOptions({
  region: config.region,
  memory: config.memory as never, // MiB as a number is what the emulator and the platform take; the type lists names
  concurrency: config.concurrency,
  maxInstances: config.maxInstances,
  timeoutSeconds: PREDICT_TIMEOUT_SECONDS,
  serviceAccount: config.serviceAccount,
})

let service: Service
let app: ReturnType<typeof createApp>
let doors: ReturnType<typeof createDoors>
let store: Store

onInit(() => {
  initializeApp()
  store = bucketStore(getStorage().bucket(config.bucketName.value() || undefined))
  const load = async (id: string) => {
    const started = performance.now()
    const engine = await loadEngine()
    const model = await warmed(await loadModel(publishedFiles(store, id)))
    log.modelLoaded(id, engine, performance.now() - started)
    return model
  }
  const counters = createCounters((tallies) => addTallies(getFirestore(), tallies), log.countersNotStored)
  const models = createModels({
    channels: () => readChannels(getFirestore()),
    load,
    onMissed: (id, error) => counters.count(id, error),
    onRefused: log.modelRefused,
    onChannelsUnreadable: log.channelsUnreadable,
  })
  const versions = { node: process.versions.node, tfjs: tfjsVersion, sharp: SHARP_VERSION }
  service = createService({ store, models, counters, engine: loadEngine, versions })
  app = createApp({
    service,
    origins: () => config.corsOrigins.value(),
    assertAppCheck,
    onUnexpected: log.unexpected,
  })
  let launcher: Promise<Launcher> | undefined
  doors = createDoors({
    firestore: getFirestore(),
    store,
    launcher: () => (launcher ??= createLauncher()),
    rehearse: async (id) => (await load(id)).dispose(),
    hasClaim,
  })
})

/** A deleted or disabled account is no admin, whatever its token says. */
async function hasClaim(uid: string): Promise<boolean> {
  const { users } = await getAuth().getUsers([{ uid }])
  return users.some(({ disabled, customClaims }) => !disabled && customClaims?.admin === true)
}

/** Loaded only where it is used: predictions start without it. */
async function createLauncher(): Promise<Launcher> {
  if (process.env.FUNCTIONS_EMULATOR === 'true') {
    const { localLauncher } = await import('./admin/local.ts')
    return localLauncher(join(import.meta.dirname, '../../training/job/main.ts'), log.jobOutput)
  }
  const { cloudRunLauncher } = await import('./admin/cloud-run.ts')
  const place = `projects/${projectID.value()}/locations/${config.region.value()}`
  return cloudRunLauncher(`${place}/jobs/${config.jobName.value()}`)
}

async function assertAppCheck(token: string | undefined): Promise<void> {
  if (!config.enforceAppCheck.value()) return
  const isGood =
    token &&
    (await getAppCheck()
      .verifyToken(token)
      .then(
        () => true,
        () => false,
      ))
  if (!isGood) throw new ZoidbergError('unauthenticated', 'A valid App Check token is needed.')
}

const callable = { cors: config.corsOrigins, enforceAppCheck: config.enforceAppCheck as never }

/** Whoever is signed in stays who they are, whatever the call says. */
const callerOf =
  ({ auth, rawRequest }: CallableRequest) =>
  (named: string | undefined): string =>
    auth?.uid ?? named ?? rawRequest.get(CALLER_HEADER) ?? rawRequest.ip ?? ''

export const predict = withoutLoggedBodies(
  onCall({ ...callable, minInstances: config.minInstances }, (request) =>
    predictCall(service, request.data, callerOf(request), (error) => log.unexpected('predict', error)),
  ),
)

export const api = onRequest({ minInstances: config.minInstances }, (request, response) =>
  forward(app, request, response),
)

const admin = (door: AdminDoor) =>
  withoutLoggedBodies(
    onCall(callable, (request) =>
      withHttpsErrors(
        (error) => log.unexpected(door, error),
        () => doors[door](request.auth as never, request.data),
      ),
    ),
  )

export const retrain = admin('retrain')
export const cancelRun = admin('cancelRun')
export const promote = admin('promote')
export const rollback = admin('rollback')
export const setCanary = admin('setCanary')

export const checkRuns = onSchedule('every 5 minutes', async () => {
  const failed = await failDeadRuns(getFirestore(), Date.now())
  if (failed.length > 0) log.runsFailed(failed)
})

export const collectModels = onSchedule({ schedule: 'every 24 hours', timeoutSeconds: 540 }, async () => {
  const deleted = await collect(getFirestore(), store, Date.now())
  await collectCheckpoints(getFirestore(), store)
  if (deleted.length > 0) log.modelsCollected(deleted)
})
