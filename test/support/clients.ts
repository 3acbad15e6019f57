/** Clients with the Firebase SDK of browsers, as the rules see them. */
import { deleteApp, type FirebaseApp, initializeApp } from 'firebase/app'
import { connectAuthEmulator, getAuth, signInWithCustomToken } from 'firebase/auth'
import { connectFirestoreEmulator, getFirestore, terminate } from 'firebase/firestore'
import { connectStorageEmulator, getStorage } from 'firebase/storage'
import { SERVING_DATABASE } from '../../functions/src/serving/tallies.ts'

const address = (name: string): [string, number] => {
  const [host, port] = (process.env[name] as string).split(':')
  return [host, Number(port)]
}

/** An unsigned token: the Auth emulator takes it, the platform never would. */
const customToken = (uid: string, claims: object) => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ uid, iss: 'x', sub: 'x', aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit', claims })}.`
}

const apps: FirebaseApp[] = []

/**
 * @param claims of the account; a client without any is not signed in
 * @returns the two databases and the two buckets, as the client reaches them
 */
export async function client(name: string, claims?: object, uid = 'someone') {
  const app = initializeApp(
    { projectId: 'demo-zoidberg', apiKey: 'fake', storageBucket: 'demo-zoidberg.appspot.com' },
    name,
  )
  apps.push(app)
  const [firestore, serving] = [getFirestore(app), getFirestore(app, SERVING_DATABASE)]
  const [storage, auth] = [getStorage(app), getAuth(app)]
  const inbox = getStorage(app, 'gs://demo-zoidberg-inbox')
  connectFirestoreEmulator(firestore, ...address('FIRESTORE_EMULATOR_HOST'))
  connectFirestoreEmulator(serving, ...address('FIRESTORE_EMULATOR_HOST'))
  connectStorageEmulator(storage, ...address('FIREBASE_STORAGE_EMULATOR_HOST'))
  connectStorageEmulator(inbox, ...address('FIREBASE_STORAGE_EMULATOR_HOST'))
  connectAuthEmulator(auth, `http://${process.env.FIREBASE_AUTH_EMULATOR_HOST}`, { disableWarnings: true })
  if (claims) await signInWithCustomToken(auth, customToken(uid, claims))
  return { firestore, serving, storage, inbox }
}

/** Lets the process end. */
export async function closeClients(): Promise<void> {
  for (const app of apps.splice(0)) {
    await terminate(getFirestore(app))
    await terminate(getFirestore(app, SERVING_DATABASE))
    await deleteApp(app)
  }
}
