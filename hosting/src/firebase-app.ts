/** The Firebase app of the site this page is served from. */
import { type FirebaseApp, initializeApp } from 'firebase/app'
import { PlainError } from './errors.ts'
import { siteConfig } from './site.ts'

/** The server has no accounts at all, so nobody can sign in. */
export class NoAccountsError extends PlainError {}

let app: Promise<FirebaseApp> | undefined

/**
 * Hosting tells the configuration; asked for again after a failure.
 *
 * @throws NoAccountsError, PlainError
 */
export function firebaseApp(): Promise<FirebaseApp> {
  app ??= siteConfig().then((config) => {
    if (!config.apiKey) throw new NoAccountsError('This server has no accounts.')
    return initializeApp(config)
  })
  app.catch(() => {
    app = undefined
  })
  return app
}
