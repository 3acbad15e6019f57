/** The app with a tiny model and its gallery, in memory. */
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { cnn } from '@zoidberg/training/networks/cnn.ts'
import { type App, createApp } from '../../../../functions/src/http/app.ts'
import { createService } from '../../../../functions/src/service/service.ts'
import { createCounters } from '../../../../functions/src/serving/counters.ts'
import { createModels } from '../../../../functions/src/serving/models.ts'
import { phantom } from '../../../support/images.ts'
import { modelFiles } from '../../../support/models.ts'
import { channelOf } from './channels.ts'
import { memoryStore } from './memory-store.ts'

const hyperparameters = {
  ...cnn.hyperparameters,
  conv1Filters: 4,
  conv2Filters: 4,
  conv3Filters: 4,
  denseUnits: 8,
}

/** @returns the app; its model squashes to 64 pixels and takes milliseconds */
export async function tinyApp(): Promise<App> {
  await loadEngine('wasm')
  const store = memoryStore()
  const member = cnn.build({ hyperparameters, size: { height: 64, width: 64 }, classes: 2, seed: 1 })
  for (const [name, bytes] of modelFiles('tiny-model', [member]))
    store.objects.set(`models/tiny-model/${name}`, bytes)
  store.objects.set(
    'samples/tiny-model/index.json',
    Buffer.from('{"synthetic":true,"samples":[{"name":"001","label":"NORMAL"}]}'),
  )
  store.objects.set('samples/tiny-model/001.jpeg', await phantom('NORMAL'))
  const models = createModels({
    channels: async () => new Map([['production', channelOf('tiny-model')]]),
    load: () => loadModel((name) => store.read(`models/tiny-model/${name}`)),
    onRefused: () => {},
    onMissed: () => {},
    onChannelsUnreadable: () => {},
  })
  const counters = createCounters(
    async () => [],
    () => {},
  )
  const service = createService({
    store,
    models,
    counters,
    engine: loadEngine,
    rateLimit: { pay: async () => {} },
    onAnswered: () => {},
  })
  return createApp({
    service,
    origins: () => ['https://clinic.example'],
    onUnexpected() {},
    async appOf(token) {
      if (token === 'bad') throw new ZoidbergError('unauthenticated', 'A valid App Check token is needed.')
      return token
    },
    accountOf: async () => undefined,
    isOperator: async (token) => token === 'operator',
    siteKey: () => 'site-key',
    payerOf: () => ({ key: 'somebody', perMinute: 0 }),
  })
}
