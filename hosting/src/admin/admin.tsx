import { lazy, Suspense, useEffect, useState } from 'react'
import { hasAccounts } from '../site.ts'
import { useSpeech } from '../words/speak.ts'
import { wordsOfTrouble } from '../words/trouble.ts'
import './admin.css'

/** Sign-in and Firestore are large; they are loaded where there are accounts. */
const Desk = lazy(() => import('./desk.tsx'))

/** The page of admins, or why there is none. */
export default function Admin() {
  const { t } = useSpeech()
  const [isThere, setThere] = useState<boolean>()
  const [error, setError] = useState<string>()
  useEffect(() => {
    hasAccounts().then(setThere, (cause) => setError(wordsOfTrouble(t, cause)))
  }, [])
  if (isThere)
    return (
      <Suspense fallback={<p className="hint">{t('app.loading')}</p>}>
        <Desk />
      </Suspense>
    )
  return (
    <main className="notices">
      {error && (
        <p role="alert" className="error">
          {error}
        </p>
      )}
      {isThere === false && (
        <p className="notice">
          {t('admin.noAccounts')} <code>npm run emulators</code> {t('admin.start')}
        </p>
      )}
    </main>
  )
}
