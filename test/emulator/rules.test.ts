/** What clients may touch directly: nothing, but for admins who read runs. */
import { modelPath } from '@zoidberg/core/registry.ts'
import { collection, doc, getDoc, getDocs, setDoc } from 'firebase/firestore'
import { getBytes, listAll, ref, uploadBytes } from 'firebase/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { client, closeClients } from '../support/clients.ts'
import { firestore as admin, publishDefault, store } from '../support/emulators.ts'

let id: string
beforeAll(async () => {
  id = await publishDefault()
  await admin.doc('runs/run-1').set({ state: 'queued' })
})

afterAll(closeClients)

describe.each([
  ['an anonymous client', undefined],
  ['a signed-in client', {}],
  ['an admin', { admin: true }],
])('%s', (who, claims) => {
  let firestore: Awaited<ReturnType<typeof client>>['firestore']
  let serving: Awaited<ReturnType<typeof client>>['serving']
  let storage: Awaited<ReturnType<typeof client>>['storage']
  beforeAll(async () => {
    ;({ firestore, serving, storage } = await client(who, claims))
  })

  it('neither reads, lists nor writes a model', async () => {
    const denied = { code: 'storage/unauthorized' }
    await expect(getBytes(ref(storage, modelPath(id, 'model.json')))).rejects.toMatchObject(denied)
    await expect(listAll(ref(storage, 'models'))).rejects.toMatchObject(denied)
    await expect(
      uploadBytes(ref(storage, modelPath(id, 'model.json')), Buffer.from('{}')),
    ).rejects.toMatchObject(denied)
    await expect(getBytes(ref(storage, `samples/${id}/001.jpeg`))).rejects.toMatchObject(denied)
  })

  const isAdmin = claims !== undefined && 'admin' in claims
  const denied = { code: 'permission-denied' }

  it.each(['runs/run-1', 'runs/run-1/trials/1', 'channels/production'])(
    `${isAdmin ? 'reads and lists' : 'neither reads nor lists'} %s, and never writes it`,
    async (path) => {
      const reading = Promise.all([
        getDoc(doc(firestore, path)),
        getDocs(collection(firestore, path.replace(/\/[^/]+$/, ''))),
      ])
      if (isAdmin) expect((await reading)[0].id).toBe(path.split('/').at(-1))
      else await expect(reading).rejects.toMatchObject(denied)
      await expect(setDoc(doc(firestore, path), { mine: true })).rejects.toMatchObject(denied)
    },
  )

  it.each(['counters/model/days/today', 'rates/somebody'])('neither reads nor writes %s', async (path) => {
    await expect(getDoc(doc(serving, path))).rejects.toMatchObject(denied)
    await expect(setDoc(doc(serving, path), { mine: true })).rejects.toMatchObject(denied)
  })

  it.each(['guards/model', 'datasets/xrays', 'anything/else'])(
    'neither reads, lists nor writes %s',
    async (path) => {
      await expect(getDoc(doc(firestore, path))).rejects.toMatchObject(denied)
      await expect(getDocs(collection(firestore, path.split('/')[0]))).rejects.toMatchObject(denied)
      await expect(setDoc(doc(firestore, path), { mine: true })).rejects.toMatchObject(denied)
    },
  )
})

it('lets the backend read models', async () =>
  expect((await store.read(modelPath(id, 'model.json'))).length).toBeGreaterThan(1000))
