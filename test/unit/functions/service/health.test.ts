import { SHARP_VERSION } from '@zoidberg/core/image.ts'
import { describe, expect, it } from 'vitest'
import { readHealth } from '../../../../functions/src/service/health.ts'
import { loadedModel } from '../support/loaded-model.ts'

const engine = async () => ({
  name: 'wasm' as const,
  version: '4',
  open: () => Promise.reject(new Error('not here')),
})
const versions = { node: process.versions.node, sharp: SHARP_VERSION, wasm: '4' }
const healthy = {
  use: async (_wanted: unknown, caller: unknown, work: (chosen: object) => Promise<never>) => {
    expect(caller, 'a look is no request').toBeUndefined()
    return work({ model: loadedModel('one'), channel: 'production' })
  },
  lastError: () => undefined as string | undefined,
}
const broken = { ...healthy, use: () => Promise.reject(new Error('No model is published.')) }

describe('health', () => {
  it('names the model that answers, and its engine', async () =>
    expect(await readHealth({ models: healthy as never, engine })).toEqual({
      ready: true,
      engine: 'wasm',
      versions,
      model: { id: 'one', channel: 'production' },
    }))

  it('is ready where an old model answers, and says what is wrong with the new one', async () => {
    const models = { ...healthy, lastError: () => 'Model two cannot be loaded.' }
    expect(await readHealth({ models: models as never, engine })).toMatchObject({
      ready: true,
      lastError: 'Model two cannot be loaded.',
    })
  })

  it('is not ready where no model answers, and says why', async () =>
    expect(await readHealth({ models: broken as never, engine })).toEqual({
      ready: false,
      engine: 'wasm',
      versions,
      model: null,
      lastError: 'No model is published.',
    }))

  it('is told also where no engine can be loaded', async () => {
    const none = () => Promise.reject(new Error('no SIMD'))
    expect(await readHealth({ models: broken as never, engine: none })).toMatchObject({
      ready: false,
      engine: null,
    })
  })
})
