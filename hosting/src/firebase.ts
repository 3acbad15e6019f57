/** The Firebase app of the site this page is served from. */
import { type FirebaseApp, initializeApp } from 'firebase/app'

export async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path)
  const body = await response.json()
  if (!response.ok) throw new Error(body.detail ?? response.statusText)
  return body
}

let app: Promise<FirebaseApp> | undefined

/** Hosting tells the configuration; asked for again after a failure. */
export function firebaseApp(): Promise<FirebaseApp> {
  app ??= getJson<Record<string, string>>('/__/firebase/init.json').then(initializeApp)
  app.catch(() => {
    app = undefined
  })
  return app
}
