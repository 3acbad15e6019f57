/** Who is signed in, and what admins may watch in Firestore. */
import {
  type Auth,
  connectAuthEmulator,
  getAuth,
  onIdTokenChanged,
  signInWithEmailAndPassword,
  signOut,
} from 'firebase/auth'
import {
  type CollectionReference,
  collection,
  connectFirestoreEmulator,
  type Firestore,
  getFirestore,
  limit,
  onSnapshot,
  orderBy,
  type Query,
  query,
} from 'firebase/firestore'
import { useEffect, useState } from 'react'
import { firebaseApp } from '../firebase-app.ts'
import { ask } from '../http.ts'

/** @property onError is told of what cannot be watched any more */
export type Session = { auth: Auth; firestore: Firestore; onError(cause: unknown): void }

type Address = { host: string; port: number }
type Emulators = { auth?: Address; firestore?: Address }

/** Hosting's own script names the emulators it runs beside; in production there are none. */
async function findEmulators(): Promise<Emulators> {
  const script = await (await ask('/__/firebase/init.js?useEmulator=true')).text()
  const found = script.match(/var firebaseEmulators = (\{[\s\S]*?\n\});/)
  return found ? JSON.parse(found[1]) : {}
}

let opened: Promise<Omit<Session, 'onError'>> | undefined

/** The one session of the page; a failed one may be asked for again. Who opens it hears of what cannot be watched. */
export async function openSession(onError: Session['onError']): Promise<Session> {
  opened ??= (async () => {
    const app = await firebaseApp()
    // Before Auth starts: it takes no emulator once it has begun to look for a stored sign-in.
    const emulators = await findEmulators()
    const [auth, firestore] = [getAuth(app), getFirestore(app)]
    if (emulators.auth)
      connectAuthEmulator(auth, `http://${emulators.auth.host}:${emulators.auth.port}`, {
        disableWarnings: true,
      })
    if (emulators.firestore)
      connectFirestoreEmulator(firestore, emulators.firestore.host, emulators.firestore.port)
    return { auth, firestore }
  })()
  opened.catch(() => {
    opened = undefined
  })
  return { ...(await opened), onError }
}

/** @property admin whether the account has the claim */
export type Person = { email: string; admin: boolean }

/** The person signed in; null if nobody is, undefined while that is not known. */
export function usePerson(session: Session | undefined): Person | null | undefined {
  const [person, setPerson] = useState<Person | null>()
  useEffect(() => {
    if (!session) return
    let newest = 0
    return onIdTokenChanged(session.auth, (user) => {
      newest++
      const asked = newest
      if (!user) return setPerson(null)
      user.getIdTokenResult().then(({ claims }) => {
        if (asked === newest) setPerson({ email: user.email ?? user.uid, admin: claims.admin === true })
      }, session.onError)
    })
  }, [session])
  return person
}

/** Signs an admin in; fails with an error of Firebase. */
export const signIn = ({ auth }: Session, email: string, password: string): Promise<unknown> =>
  signInWithEmailAndPassword(auth, email, password)
/** Signs out. */
export const leave = ({ auth }: Session): Promise<void> => signOut(auth)

/**
 * The newest documents of a collection, live; undefined until they are known.
 *
 * @param order field of the time
 */
export function useNewest<T>(
  { firestore, onError }: Session,
  path: string,
  order: string | null,
  most: number,
): (T & { id: string })[] | undefined {
  const [documents, setDocuments] = useState<(T & { id: string })[]>()
  useEffect(() => {
    const all: CollectionReference = collection(firestore, path)
    const wanted: Query = order ? query(all, orderBy(order, 'desc'), limit(most)) : query(all, limit(most))
    return onSnapshot(
      wanted,
      ({ docs }) => setDocuments(docs.map((doc) => ({ ...(doc.data() as T), id: doc.id }))),
      onError,
    )
  }, [firestore, onError, path, order, most])
  return documents
}
