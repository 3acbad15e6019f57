/** What clients may touch directly: nothing, but for admins who read runs. */
import { modelPath } from '@zoidberg/core/registry.ts'
import { deleteApp, type FirebaseApp, initializeApp } from 'firebase/app'
import { connectAuthEmulator, getAuth, signInWithCustomToken } from 'firebase/auth'
import {
  collection,
  connectFirestoreEmulator,
  doc,
  getDoc,
  getDocs,
  getFirestore,
  setDoc,
  terminate,
} from 'firebase/firestore'
import { connectStorageEmulator, getBytes, getStorage, listAll, ref, uploadBytes } from 'firebase/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firestore as admin, publishDefault, store } from '../support/emulators.ts'

let id: string
beforeAll(async () => {
  id = await publishDefault()
  await admin.doc('runs/run-1').set({ state: 'queued' })
})

const address = (name: string): [string, number] => {
  const [host, port] = (process.env[name] as string).split(':')
  return [host, Number(port)]
}

/** An unsigned token: the Auth emulator takes it, the platform never would. */
const customToken = (claims: object) => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ uid: 'someone', iss: 'x', sub: 'x', aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit', claims })}.`
}

const apps: FirebaseApp[] = []
async function client(name: string, claims?: object) {
  const app = initializeApp(
    { projectId: 'demo-zoidberg', apiKey: 'fake', storageBucket: 'demo-zoidberg.appspot.com' },
    name,
  )
  apps.push(app)
  const [firestore, storage, auth] = [getFirestore(app), getStorage(app), getAuth(app)]
  connectFirestoreEmulator(firestore, ...address('FIRESTORE_EMULATOR_HOST'))
  connectStorageEmulator(storage, ...address('FIREBASE_STORAGE_EMULATOR_HOST'))
  connectAuthEmulator(auth, `http://${process.env.FIREBASE_AUTH_EMULATOR_HOST}`, { disableWarnings: true })
  if (claims) await signInWithCustomToken(auth, customToken(claims))
  return { firestore, storage }
}
afterAll(async () => {
  for (const app of apps) {
    await terminate(getFirestore(app))
    await deleteApp(app)
  }
})

describe.each([
  ['an anonymous client', undefined],
  ['a signed-in client', {}],
  ['an admin', { admin: true }],
])('%s', (who, claims) => {
  let firestore: Awaited<ReturnType<typeof client>>['firestore']
  let storage: Awaited<ReturnType<typeof client>>['storage']
  beforeAll(async () => {
    ;({ firestore, storage } = await client(who, claims))
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
