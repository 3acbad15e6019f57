/** The functions by name: Firebase at the edge, `backend.ts` inside. */
import { MAX_ADMIN_CALL_BYTES, MAX_CALL_BYTES } from '@zoidberg/core/contract/limits.ts'
import { onCall, onRequest } from 'firebase-functions/https'
import { setGlobalOptions } from 'firebase-functions/options'
import { onSchedule } from 'firebase-functions/scheduler'
import type { AdminCallable } from './admin/callables.ts'
import { openBackend, openFirebaseOnce } from './backend.ts'
import { withHttpsErrors } from './callable/errors.ts'
import { predictCall } from './callable/predict.ts'
import { callerOfCall } from './caller.ts'
import * as config from './config.ts'
import { goBeforeFramework } from './guard/before-framework.ts'
import { guardCallable } from './guard/guard-callable.ts'
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

goBeforeFramework()
const origins = config.originsNow()
const callable = { cors: origins, enforceAppCheck: config.enforcesAppCheckNow() }

// The model loads while the instance starts; what fails is tried again by the first request.
if (config.answersPredictions) void openBackend().then(({ service }) => service.health(), log.notReadyYet)

export const predict = guardCallable(
  onCall({ ...callable, minInstances: config.minInstances }, async (request) => {
    const { service } = await openBackend()
    return withHttpsErrors(
      (error) => log.unexpected('predict', error),
      () => predictCall({ service, data: request.data, callerOf: (named) => callerOfCall(request, named) }),
    )
  }),
  { maxBytes: MAX_CALL_BYTES, needsSignIn: false, origins },
)

export const api = onRequest({ minInstances: config.minInstances }, async (request, response) => {
  const { app } = await openBackend()
  return forward(app, request, response)
})

const adminCallable = (name: AdminCallable) =>
  guardCallable(
    onCall(callable, (request) =>
      withHttpsErrors(
        (error) => log.unexpected(name, error),
        async () => (await openBackend()).admin[name](request.auth as never, request.data),
      ),
    ),
    { maxBytes: MAX_ADMIN_CALL_BYTES, needsSignIn: true, origins },
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
