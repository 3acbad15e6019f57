/** The callables that the site offers to admins. */
import { getFunctions, httpsCallable } from 'firebase/functions'
import { appCheckToken } from '../app-check.ts'
import { firebaseApp } from '../firebase-app.ts'

/**
 * Calls an admin callable behind a Hosting rewrite of the same origin: the address is the same in the emulators and in
 * production.
 *
 * @throws FirebaseError with the code and the words of the callable
 */
export async function callAdmin<Answer>(callable: string, data: object): Promise<Answer> {
  await appCheckToken() // opens App Check, whose tokens the SDK then sends by itself
  const functions = getFunctions(await firebaseApp(), location.origin)
  return (await httpsCallable<object, Answer>(functions, callable)(data)).data
}
