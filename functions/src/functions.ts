/** The functions by name: Firebase at the edge, `backend.ts` inside. */
import { MAX_ADMIN_CALL_BYTES, MAX_CALL_BYTES } from '@zoidberg/core/contract/limits.ts'
import type { Run } from '@zoidberg/core/contract/run.ts'
import { onDocumentUpdated } from 'firebase-functions/firestore'
import { onCall, onRequest } from 'firebase-functions/https'
import { setGlobalOptions } from 'firebase-functions/options'
import { onSchedule } from 'firebase-functions/scheduler'
import { onObjectFinalized } from 'firebase-functions/storage'
import { announcementOf, announceRun, hasEnded } from './admin/announce-run.ts'
import type { AdminCallable } from './admin/callables.ts'
import { openBackend, openFirebaseOnce } from './backend.ts'
import { withHttpsErrors } from './callable/errors.ts'
import { predictCall } from './callable/predict.ts'
import { callerOfCall, isUid } from './caller.ts'
import * as config from './config.ts'
import { goBeforeFramework } from './guard/before-framework.ts'
import { guardCallable } from './guard/guard-callable.ts'
import { forward, goneSignal } from './http/forward.ts'
import { answerUpload } from './inbox/answer-upload.ts'
import * as log from './log.ts'

/** A few people call them now and then. */
const MAX_ADMIN_INSTANCES = 2
const PREDICT_TIMEOUT_SECONDS = 60 // Hosting cuts requests off after 60 s: firebase.google.com/docs/hosting/functions

setGlobalOptions({
  region: config.region,
  memory: config.memory as never, // MiB as a number is what the emulator and the platform take; the type lists names
  concurrency: config.concurrency,
  maxInstances: config.maxInstances,
  timeoutSeconds: PREDICT_TIMEOUT_SECONDS,
  serviceAccount: config.serviceAccount,
})

if (!config.isForEvents) goBeforeFramework()
const origins = config.originsNow()
/** What decodes strangers' images has an account that can change no model and no channel, and start nothing. */
const serving = { minInstances: config.minInstances, serviceAccount: config.servingAccount }
const callable = { cors: origins, enforceAppCheck: config.enforcesAppCheckNow() }

// The model loads while the instance starts; what fails is tried again by the first request.
if (config.answersPredictions)
  void openBackend()
    .then(({ service }) => service.health())
    .then(({ engine, lastError }) => {
      if (engine !== null || !config.isOnCloudRun) return
      // Without an engine an instance never answers anybody: the platform is to start another.
      log.noEngine(lastError)
      process.exit(1)
    }, log.notReadyYet)

export const predict = guardCallable(
  onCall({ ...callable, ...serving }, async (request) => {
    const { service, payerOf } = await openBackend()
    const { auth, app, data, rawRequest } = request
    return withHttpsErrors(
      (error) => log.unexpected('predict', error),
      () =>
        predictCall({
          service,
          data,
          callerOf: (named) => callerOfCall(request, named),
          payer: payerOf({
            uid: isUid(auth?.uid) ? auth.uid : undefined,
            app: app?.appId,
            forwarded: rawRequest.get('X-Forwarded-For'),
            ip: rawRequest.ip,
          }),
          gone: rawRequest.res && goneSignal(rawRequest.res),
        }),
    )
  }),
  {
    maxBytes: MAX_CALL_BYTES,
    needsSignIn: false,
    origins,
    assertRoom: async () => (await openBackend()).service.assertRoom(),
  },
)

export const api = onRequest(serving, async (request, response) => {
  const { app } = await openBackend()
  return forward(app, request, response)
})

/** Comes again until it ends well: see PATIENCE_MS of answer-upload.ts. */
export const inbox = onObjectFinalized(
  { serviceAccount: config.servingAccount, bucket: config.inboxBucket, retry: true },
  async ({ data: { name, generation, size, timeCreated } }) => {
    const [{ service, payerOf }, platform] = await Promise.all([openBackend(), openFirebaseOnce()])
    const landed = Date.parse(String(timeCreated ?? ''))
    const upload = {
      path: name,
      generation: String(generation),
      size: Number(size),
      at: Number.isNaN(landed) ? Date.now() : landed,
    }
    await answerUpload(upload, {
      inbox: platform.openInbox(),
      async predict({ file, bytes, uid }) {
        const uploads = [{ file, bytes, tooLarge: false }]
        const [result] = await service.predictAll({ uploads, caller: uid, payer: payerOf({ uid }) })
        if (result instanceof Error) throw result
        return result
      },
      onUnexpected: (error) => log.unexpected('inbox', error),
      now: Date.now(),
    })
  },
)

const adminCallable = (name: AdminCallable) =>
  guardCallable(
    onCall({ ...callable, maxInstances: MAX_ADMIN_INSTANCES }, (request) =>
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
export const readCounters = adminCallable('readCounters')
export const listModels = adminCallable('listModels')
export const readModel = adminCallable('readModel')
export const listDatasets = adminCallable('listDatasets')

/** A webhook that is out of order is not asked for long: events older than this are let go. */
const ANNOUNCED_FOR_MS = 60 * 60_000

export const runEnded = onDocumentUpdated({ document: 'runs/{id}', retry: true }, async (event) => {
  const [before, after] = [event.data?.before.data(), event.data?.after.data()] as (Run | undefined)[]
  if (!hasEnded(before, after)) return
  const announcement = announcementOf(event.params.id, after)
  if (!announcement || Date.now() - Date.parse(event.time) > ANNOUNCED_FOR_MS) return
  const { firestore } = await openFirebaseOnce()
  await announceRun(announcement, { firestore, mails: config.mails.value(), webhook: config.webhook.value() })
})

export const checkRuns = onSchedule('every 5 minutes', async () => {
  const platform = await openFirebaseOnce()
  const failed = await platform.failDeadRuns()
  if (failed.length > 0) log.runsFailed(failed)
  const ended = await platform.endBadCanaries()
  if (ended.length > 0) log.canariesEnded(ended)
  for (const drift of await platform.findDrift()) log.answersDrift(drift)
})

export const collectModels = onSchedule({ schedule: 'every 24 hours', timeoutSeconds: 540 }, async () => {
  const deleted = await (await openFirebaseOnce()).collectOldModels()
  if (deleted.length > 0) log.modelsCollected(deleted)
})
