/** The exported functions: Firebase at the edge, `backend.ts` inside. */
import { onCall, onRequest } from 'firebase-functions/https'
import { setGlobalOptions } from 'firebase-functions/options'
import { onSchedule } from 'firebase-functions/scheduler'
import type { AdminCallable } from './admin/callables.ts'
import { openBackend, openFirebaseOnce } from './backend.ts'
import { withHttpsErrors } from './callable/errors.ts'
import { withoutLoggedBodies } from './callable/logged-bodies.ts'
import { predictCall } from './callable/predict.ts'
import { callerOfCall } from './caller.ts'
import * as config from './config.ts'
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

export const predict = withoutLoggedBodies(
  onCall({ ...callable, minInstances: config.minInstances }, async (request) => {
    const { service } = await openBackend()
    return withHttpsErrors(
      (error) => log.unexpected('predict', error),
      () => predictCall({ service, data: request.data, callerOf: (named) => callerOfCall(request, named) }),
    )
  }),
)

export const api = onRequest({ minInstances: config.minInstances }, async (request, response) => {
  const { app } = await openBackend()
  return forward(app, request, response)
})

const adminCallable = (name: AdminCallable) =>
  withoutLoggedBodies(
    onCall(callable, (request) =>
      withHttpsErrors(
        (error) => log.unexpected(name, error),
        async () => (await openBackend()).admin[name](request.auth as never, request.data),
      ),
    ),
  )

export const retrain = adminCallable('retrain')
export const cancelRun = adminCallable('cancelRun')
export const promote = adminCallable('promote')
export const rollback = adminCallable('rollback')
export const setCanary = adminCallable('setCanary')

export const checkRuns = onSchedule('every 5 minutes', async () => {
  const failed = await (await openFirebaseOnce()).failDeadRuns()
  if (failed.length > 0) log.runsFailed(failed)
})

export const collectModels = onSchedule({ schedule: 'every 24 hours', timeoutSeconds: 540 }, async () => {
  const deleted = await (await openFirebaseOnce()).collectOldModels()
  if (deleted.length > 0) log.modelsCollected(deleted)
})
