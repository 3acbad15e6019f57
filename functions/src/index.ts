/** The exported functions: Firebase at the edge, `service.ts` inside. */

import { version_core as tfjsVersion } from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { ZoidbergError } from '@zoidberg/core/errors.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { SHARP_VERSION } from '@zoidberg/core/image.ts'
import { publishedFiles, readChannels } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { initializeApp } from 'firebase-admin/app'
import { getAppCheck } from 'firebase-admin/app-check'
import { getFirestore } from 'firebase-admin/firestore'
import { getStorage } from 'firebase-admin/storage'
import { onInit } from 'firebase-functions'
import { onCall, onRequest } from 'firebase-functions/https'
import { setGlobalOptions } from 'firebase-functions/options'
import type { Hono } from 'hono'
import { predictCall } from './callable.ts'
import * as config from './config.ts'
import { createApp } from './http/app.ts'
import { forward } from './http/forward.ts'
import * as log from './log.ts'
import { createService, type Service } from './service.ts'
import { createModels } from './serving/models.ts'

const PREDICT_TIMEOUT_SECONDS = 60 // Hosting cuts requests off after 60 s: firebase.google.com/docs/hosting/functions

setGlobalOptions({
  region: config.region,
  memory: config.memory as never, // MiB as a number is what the emulator and the platform take; the type lists names
  minInstances: config.minInstances,
  concurrency: config.concurrency,
  timeoutSeconds: PREDICT_TIMEOUT_SECONDS,
})

let service: Service
let app: Hono

onInit(() => {
  initializeApp()
  const store = bucketStore(getStorage().bucket(config.bucketName.value() || undefined))
  const models = createModels({
    channels: () => readChannels(getFirestore()),
    async load(id) {
      const started = performance.now()
      const engine = await loadEngine()
      const model = await loadModel(publishedFiles(store, id))
      log.modelLoaded(id, engine, performance.now() - started)
      return model
    },
    onRefused: log.modelRefused,
    onChannelsUnreadable: log.channelsUnreadable,
  })
  const versions = { node: process.versions.node, tfjs: tfjsVersion, sharp: SHARP_VERSION }
  service = createService({ store, models, engine: loadEngine, versions })
  app = createApp({
    service,
    origins: () => config.corsOrigins.value(),
    assertAppCheck,
    onUnexpected: log.unexpected,
  })
})

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

export const predict = onCall(
  { cors: config.corsOrigins, enforceAppCheck: config.enforceAppCheck as never },
  (request) => predictCall(service, request.data, (error) => log.unexpected('predict', error)),
)

export const api = onRequest((request, response) => forward(app, request, response))
