import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { Caution } from '../caution.tsx'
import { wordsOf } from '../errors.ts'
import { hasAccounts } from '../site.ts'
import './admin.css'

/** Sign-in and Firestore are large; they are loaded where there are accounts. */
const Desk = lazy(() => import('./desk.tsx'))

/** The page of admins, or why there is none. */
export default function Admin() {
  const [isThere, setThere] = useState<boolean>()
  const [error, setError] = useState<string>()
  useEffect(() => {
    hasAccounts().then(setThere, (cause) => setError(wordsOf(cause)))
  }, [])
  if (isThere)
    return (
      <Suspense fallback={<Head />}>
        <Desk />
      </Suspense>
    )
  return (
    <Head error={error}>
      {isThere === false && (
        <p className="notice">
          This server has no accounts and no admin page. <code>npm run emulators</code> starts the whole
          backend with one.
        </p>
      )}
    </Head>
  )
}

/** What the page begins with, until sign-in is loaded. */
function Head({ error, children }: { error?: string; children?: ReactNode }) {
  return (
    <>
      <header>
        <h1>Zoidberg: admin</h1>
        <p>
          Train, judge, promote. <a href="/">The classifier</a>
        </p>
        <p role="status" className={error && 'error'}>
          {error}
        </p>
      </header>
      <main className="notices">{children}</main>
      <Caution>
        <p>For research only, not a medical device. Never decide about a patient by it.</p>
      </Caution>
    </>
  )
}
