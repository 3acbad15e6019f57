/** The exported functions: Firebase at the edge, `backend.ts` inside. */
import { type CallableRequest, onCall, onRequest } from 'firebase-functions/https'
import { setGlobalOptions } from 'firebase-functions/options'
import { onSchedule } from 'firebase-functions/scheduler'
import type { AdminDoor } from './admin/doors.ts'
import { openBackend, openFirebaseOnce } from './backend.ts'
import { predictCall, withHttpsErrors, withoutLoggedBodies } from './callable.ts'
import * as config from './config.ts'
import { CALLER_HEADER } from './http/app.ts'
import { forward } from './http/forward.ts'
import * as log from './log.ts'

const PREDICT_TIMEOUT_SECONDS = 60 // Hosting cuts requests off after 60 s: firebase.google.com/docs/hosting/functions

setGlobalOptions({
  region: config.region,
  memory: config.memory as never, // MiB as a number is what the emulator and the platform take; the type lists names
  concurrency: config.concurrency,
  maxInstances: config.maxInstances,
  timeoutSeconds: PREDICT_TIMEOUT_SECONDS,
  serviceAccount: config.serviceAccount,
})

const callable = { cors: config.originsNow(), enforceAppCheck: config.enforcesAppCheckNow() }

/** Whoever is signed in stays who they are, whatever the call says. */
const callerOf =
  ({ auth, rawRequest }: CallableRequest) =>
  (named: string | undefined): string =>
    auth?.uid ?? named ?? rawRequest.get(CALLER_HEADER) ?? rawRequest.ip ?? ''

export const predict = withoutLoggedBodies(
  onCall({ ...callable, minInstances: config.minInstances }, async (request) => {
    const { service } = await openBackend()
    return predictCall(service, request.data, callerOf(request), (error) => log.unexpected('predict', error))
  }),
)

export const api = onRequest({ minInstances: config.minInstances }, async (request, response) => {
  const { app } = await openBackend()
  return forward(app, request, response)
})

const admin = (door: AdminDoor) =>
  withoutLoggedBodies(
    onCall(callable, (request) =>
      withHttpsErrors(
        (error) => log.unexpected(door, error),
        async () => (await openBackend()).doors[door](request.auth as never, request.data),
      ),
    ),
  )

export const retrain = admin('retrain')
export const cancelRun = admin('cancelRun')
export const promote = admin('promote')
export const rollback = admin('rollback')
export const setCanary = admin('setCanary')

export const checkRuns = onSchedule('every 5 minutes', async () => {
  const failed = await (await openFirebaseOnce()).failDeadRuns()
  if (failed.length > 0) log.runsFailed(failed)
})

export const collectModels = onSchedule({ schedule: 'every 24 hours', timeoutSeconds: 540 }, async () => {
  const deleted = await (await openFirebaseOnce()).collectOldModels()
  if (deleted.length > 0) log.modelsCollected(deleted)
})
