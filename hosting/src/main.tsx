import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { Boundary } from './boundary.tsx'
import './style.css'

/** A chunk of its own: whoever only asks about an X-ray loads neither sign-in nor Firestore. */
const Admin = lazy(() => import('./admin/admin.tsx'))

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Boundary>
      {location.pathname.replace(/\/$/, '') === '/admin' ? (
        <Suspense fallback={<p className="hint">Loading …</p>}>
          <Admin />
        </Suspense>
      ) : (
        <App />
      )}
    </Boundary>
  </StrictMode>,
)
