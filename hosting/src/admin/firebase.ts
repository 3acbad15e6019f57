/** The Firebase app of the site this page is served from, and the callables it offers to admins. */
import { type FirebaseApp, initializeApp } from 'firebase/app'
import { getFunctions, httpsCallable } from 'firebase/functions'
import { PlainError } from '../errors.ts'
import { askJson } from '../http.ts'

/** The server has no accounts at all, so nobody can sign in. */
export class NoAccountsError extends PlainError {}

let app: Promise<FirebaseApp> | undefined

/**
 * Hosting tells the configuration; asked for again after a failure.
 *
 * @throws NoAccountsError, PlainError
 */
export function firebaseApp(): Promise<FirebaseApp> {
  app ??= askJson<Record<string, string>>('/__/firebase/init.json').then((config) => {
    if (!config.apiKey) throw new NoAccountsError('This server has no accounts.')
    return initializeApp(config)
  })
  app.catch(() => {
    app = undefined
  })
  return app
}

/**
 * Calls an admin callable behind a Hosting rewrite of the same origin: the address is the same in the emulators and in
 * production.
 *
 * @throws FirebaseError with the code and the words of the callable
 */
export async function callAdmin<Answer>(callable: string, data: object): Promise<Answer> {
  const functions = getFunctions(await firebaseApp(), location.origin)
  return (await httpsCallable<object, Answer>(functions, callable)(data)).data
}
