/** The Firebase app of the site this page is served from. */
import { type FirebaseApp, initializeApp } from 'firebase/app'

export async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path)
  // What stands before the backend answers in words of its own, not in JSON.
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}))
    throw new Error(problem.detail ?? `The server answers with ${response.status}; try again in a moment.`)
  }
  return response.json()
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
