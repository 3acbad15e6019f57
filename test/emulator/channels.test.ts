/** Publishing and promoting while the function serves: real Storage, real Firestore, real 30 seconds. */
import { setTimeout as sleep } from 'node:timers/promises'
import { promote, readChannels, setCanary } from '@zoidberg/core/channels.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { modelPath, publish, publishedFiles } from '@zoidberg/core/registry.ts'
import type { Store } from '@zoidberg/core/store.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectModels } from '../../functions/src/admin/collect-models.ts'
import { settleInFirestore } from '../../functions/src/serving/rates.ts'
import { addTallies } from '../../functions/src/serving/tallies.ts'
import {
  DEFAULT_MODEL,
  firestore,
  PAGE,
  predictUnderLoad,
  publishDefault,
  serving,
  store,
  upload,
} from '../support/emulators.ts'
import { phantom } from '../support/images.ts'

const TTL_MS = 30_000

/** The default model under another id. */
const renamed = (id: string) => async (name: string) => {
  const bytes = await folder(DEFAULT_MODEL)(name)
  if (name !== 'manifest.json') return bytes
  return Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(bytes).toString()), id }))
}

let original: string
beforeAll(async () => {
  original = await publishDefault()
})
afterAll(() => publishDefault())

const answering = async () =>
  (await (await upload((await phantom()) as never)).json()).predictions[0].model.id
const health = async () => (await fetch(`${PAGE}/api/health`)).json()

describe('publish', () => {
  it('leaves nothing that could be served when it is killed at any point, and can be repeated', async () => {
    const { files } = JSON.parse(Buffer.from(await folder(DEFAULT_MODEL)('manifest.json')).toString())
    for (let writes = 0; writes <= files.length; writes++) {
      let left = writes
      const dying: Store = {
        ...store,
        write: (path, bytes) => (left-- > 0 ? store.write(path, bytes) : Promise.reject(new Error('killed'))),
      }
      await expect(publish(dying, renamed('killed-model'))).rejects.toThrow('killed')
      await expect(
        promote({ firestore, store, channel: 'trial' }, 'killed-model', { by: 'test' }),
      ).rejects.toMatchObject({
        type: 'not-found',
      })
    }
    await publish(store, renamed('killed-model'))
    await publish(store, renamed('killed-model'))
    const other = async (name: string) => {
      const bytes = await renamed('killed-model')(name)
      return name === 'manifest.json' ? Buffer.concat([bytes, Buffer.from(' ')]) : bytes
    }
    await expect(publish(store, other)).rejects.toThrow('another model is already published')
  })

  it('refuses a run whose files do not match its manifest', async () => {
    const read = renamed('damaged-model')
    const damaged = async (name: string) => (name === 'model.json' ? Buffer.from('{}') : read(name))
    await expect(publish(store, damaged)).rejects.toThrow('model.json does not match the manifest')
  })
})

describe('promote', () => {
  it('remembers the previous model, and is atomic under many at once', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `racing-model-${i}`)
    for (const id of ids) await publish(store, renamed(id))
    await Promise.all(ids.map((id) => promote({ firestore, store, channel: 'race' }, id, { by: 'test' })))
    const audit = await firestore.collection('channels/race/audit').get()
    const steps = new Map(audit.docs.map((doc) => [doc.data().from?.modelId, doc.data().to.modelId]))
    // However they came, each move starts where another one ended.
    const chain: string[] = []
    for (let id = steps.get(undefined); id; id = steps.get(id)) chain.push(id)
    expect(chain.toSorted()).toEqual(ids)
    const channel = (await readChannels(firestore)).get('race')
    expect([channel?.previousModelId, channel?.modelId]).toEqual(chain.slice(-2))
  })

  it('refuses when the channel names something else than was expected', async () => {
    const mover = { by: 'test', expected: 'racing-model-9' }
    await expect(promote({ firestore, store, channel: 'race' }, original, mover)).rejects.toMatchObject({
      type: 'conflict',
    })
  })

  it('is followed by the function after 30 seconds without losing a request; a broken model leaves the old one serving', async () => {
    expect(await answering()).toBe(original)
    const load = predictUnderLoad(4)
    await publish(store, renamed('second-model'))
    await promote({ firestore, store, channel: 'production' }, 'second-model', { by: 'test' })
    await sleep(TTL_MS)
    expect(await answering()).toBe('second-model')

    await publish(store, renamed('broken-model'))
    const shard = modelPath('broken-model', 'group1-shard1of1.bin')
    await store.write(shard, (await store.read(shard)).subarray(0, 1000))
    await promote({ firestore, store, channel: 'production' }, 'broken-model', { by: 'test' })
    await sleep(TTL_MS)
    expect(await answering()).toBe('second-model')
    const { answers, lost } = await load.stop()
    console.log(`promoted twice under load: ${answers} answers, ${lost.length} lost`)
    expect(lost).toEqual([])
    expect(answers).toBeGreaterThan(100)
    expect(await health()).toMatchObject({
      ready: true,
      model: { id: 'second-model' },
      lastError: 'Model broken-model cannot be loaded.',
    })
  })
})

describe('addTallies', () => {
  it('adds to what is stored, and keeps the latencies where only failures came', async () => {
    const counts = { requests: 2, errors: 0, positives: 1, milliseconds: 90, latency: { to50: 2 } }
    const tally = (more: object) => [
      { modelId: 'tallied', day: '2026-11-25', counts: { ...counts, ...more } },
    ]
    const second = () => sleep(1100)
    expect(await addTallies(serving, tally({}))).toEqual([])
    await second()
    const failure = tally({ requests: 1, errors: 1, positives: 0, milliseconds: 0, latency: {} })
    expect(await addTallies(serving, failure)).toEqual([])
    expect(await addTallies(serving, tally({})), 'the document was written a moment ago').toEqual(tally({}))
    await second()
    expect(await addTallies(serving, tally({}))).toEqual([])
    const stored = await serving.doc('counters/tallied/days/2026-11-25').get()
    expect(stored.data()).toMatchObject({ requests: 5, errors: 1, positives: 2, latency: { to50: 4 } })
  })
})

describe('settleInFirestore', () => {
  it('takes from one bucket, however many instances ask at once', async () => {
    const ask = () => settleInFirestore(serving, 'somebody', { count: 6, perMinute: 60 })
    const taken = await Promise.all(Array.from({ length: 14 }, ask))
    const granted = taken.filter((each) => each.granted).length
    expect(granted).toBeGreaterThanOrEqual(10)
    expect(granted, 'and what a few seconds fill up again').toBeLessThanOrEqual(12)
    for (const each of taken) if (!each.granted) expect(each.retryAfter).toBeGreaterThan(0)
  }, 30_000)
})

describe('a channel', () => {
  it('answers with no model whose manifest is not the one that it was pointed at', async () => {
    await publish(store, renamed('bound-model'))
    const bound = await promote({ firestore, store, channel: 'bound' }, 'bound-model', { by: 'test' })
    const path = modelPath('bound-model', 'manifest.json')
    const manifest = JSON.parse(Buffer.from(await store.read(path)).toString())
    for (const point of Object.values<{ threshold: number }>(manifest.operatingPoints)) point.threshold = 1
    await store.write(path, JSON.stringify(manifest))
    const read = publishedFiles(store, 'bound-model')
    const sha256 = bound.manifests?.['bound-model']
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    await expect(loadModel(read, { id: 'bound-model', sha256 })).rejects.toThrow(
      'not the one that the channel',
    )
    await expect(loadModel(read, { id: 'another-model' })).rejects.toThrow('of the model bound-model')
  })
})

describe('collectModels', () => {
  const late = () => Date.now() + 31 * 86_400_000
  const models = async () => new Set((await store.list('models/')).map(({ path }) => path.split('/')[1]))

  it('deletes old models and fragments, never what a channel names, also while channels move', async () => {
    const ids = Array.from({ length: 14 }, (_, i) => `old-model-${String(i).padStart(2, '0')}`)
    for (const id of ids) await publish(store, renamed(id))
    await store.write('models/fragment-model/model.json', '{}')
    await promote({ firestore, store, channel: 'kept' }, ids[0], { by: 'test' })
    await promote({ firestore, store, channel: 'kept' }, ids[1], { by: 'test' })
    await setCanary({ firestore, store, channel: 'kept' }, { modelId: ids[2], percent: 5 }, { by: 'test' })
    // Ten of the fourteen are the newest by their files' times, whichever they are; the channel races for the others.
    const race = Promise.allSettled(
      ids.slice(3).map((id, i) => promote({ firestore, store, channel: `race-${i}` }, id, { by: 'test' })),
    )
    const [deleted, moved] = await Promise.all([collectModels(firestore, store, late()), race])
    const left = await models()
    expect(left).not.toContain('fragment-model')
    expect(deleted).toContain('fragment-model')
    for (const id of deleted) expect(left).not.toContain(id)
    for (const { modelId, previousModelId, canary } of (await readChannels(firestore)).values())
      for (const id of [modelId, previousModelId, canary?.modelId])
        if (id && id !== 'broken-model') expect(left).toContain(id)
    for (const result of moved)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ type: 'not-found' })
  })

  it('lets no channel move to a model that was chosen for deletion, and frees its id in the end', async () => {
    await publish(store, renamed('doomed-model'))
    await store.write('samples/doomed-model/001.jpeg', 'x')
    const seen: unknown[] = []
    const slow: Store = {
      ...store,
      async remove(path) {
        if (path === 'samples/doomed-model/001.jpeg')
          seen.push(
            await promote({ firestore, store, channel: 'kept' }, 'doomed-model', { by: 'test' }).catch(
              (error) => error.type,
            ),
          )
        return store.remove(path)
      },
      list: async (prefix) =>
        (await store.list(prefix)).map((file) =>
          file.path.includes('doomed-model') ? { ...file, updated: 0 } : { ...file, updated: late() },
        ),
    }
    const others = Array.from({ length: 10 }, (_, i) => renamed(`young-model-${i}`))
    for (const read of others) await publish(store, read)
    expect(await collectModels(firestore, slow, late())).toEqual(['doomed-model'])
    expect(seen).toEqual(['not-found'])
    expect(await store.list('samples/doomed-model/')).toEqual([])
    await publish(store, renamed('doomed-model'))
    await promote({ firestore, store, channel: 'kept' }, 'doomed-model', { by: 'test' })
  })

  it('frees the id of a model whose collection was killed at its last step', async () => {
    await firestore.doc('guards/half-collected').set({ namedAt: null, collectedAt: '2026-01-01T00:00:00Z' })
    await collectModels(firestore, store, Date.now())
    expect((await firestore.doc('guards/half-collected').get()).exists).toBe(false)
  })
})
