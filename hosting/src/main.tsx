import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config } from 'zod'
import { App } from './app.tsx'
import { Boundary } from './boundary.tsx'
import { startLanguage } from './words/language.ts'
import './style.css'

// Otherwise it tries `eval`, which the page's policy forbids.
config({ jitless: true })
startLanguage()
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Boundary>
      <App />
    </Boundary>
  </StrictMode>,
)
