/** The Firebase app of the site this page is served from. */
import { type FirebaseApp, initializeApp } from 'firebase/app'
import { siteConfig } from './site.ts'
import { PlainError } from './words/plain-error.ts'

let app: Promise<FirebaseApp> | undefined

/**
 * Hosting tells the configuration; asked for again after a failure.
 *
 * @throws PlainError, also where the server has no accounts
 */
export function firebaseApp(): Promise<FirebaseApp> {
  app ??= siteConfig().then((config) => {
    if (!config.apiKey) throw new PlainError('errors.noAccounts')
    return initializeApp(config)
  })
  app.catch(() => {
    app = undefined
  })
  return app
}
