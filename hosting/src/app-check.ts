/** App Check: proof that a request comes from this page, for deployments that ask for it. */
import type { AppCheck } from 'firebase/app-check'

/** The emulators have no App Check: they take tokens that nobody signed. */
const UNSIGNED = 'unsigned'
const TOKEN_MS = 3_600_000

let key: string | undefined
let opening: Promise<AppCheck> | undefined

/** The server tells the key of the site, if it has one. */
export function setSiteKey(siteKey: string | undefined): void {
  key = siteKey
}

/** @returns what a prediction needs where App Check is enforced; nothing where the site has no key */
export async function appCheckToken(): Promise<string | undefined> {
  if (!key) return undefined
  const asked = opening ?? open(key)
  opening = asked
  asked.catch(() => {
    opening = undefined
  })
  const { getToken } = await import('firebase/app-check')
  // Without a token the server says what is wrong, if it minds.
  return asked
    .then((appCheck) => getToken(appCheck))
    .then(
      ({ token }) => token,
      () => undefined,
    )
}

/** Loaded when it is needed: most deployments ask for no tokens. */
async function open(siteKey: string): Promise<AppCheck> {
  const [{ firebaseApp }, { CustomProvider, initializeAppCheck, ReCaptchaEnterpriseProvider }] =
    await Promise.all([import('./firebase-app.ts'), import('firebase/app-check')])
  const app = await firebaseApp()
  const provider =
    siteKey === UNSIGNED
      ? new CustomProvider({ getToken: async () => unsignedToken(app.options.appId ?? 'page') })
      : new ReCaptchaEnterpriseProvider(siteKey)
  return initializeAppCheck(app, { provider, isTokenAutoRefreshEnabled: true })
}

function unsignedToken(app: string) {
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '')
  const expireTimeMillis = Date.now() + TOKEN_MS
  const claims = { sub: app, app_id: app, exp: expireTimeMillis / 1000 }
  return { token: `${part({ alg: 'none' })}.${part(claims)}.`, expireTimeMillis }
}
