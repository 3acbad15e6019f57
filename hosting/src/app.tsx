import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Route, Switch } from 'wouter'
import { Caution } from './caution.tsx'
import Classify from './classify/classify.tsx'
import { LANGUAGES, type Language, setLanguage } from './words/language.ts'

/** Chunks of their own: whoever only asks about an X-ray loads neither sign-in nor Firestore nor the quiz. */
const Admin = lazy(() => import('./admin/admin.tsx'))
const Quiz = lazy(() => import('./quiz/quiz.tsx'))

/** The pages by their addresses. */
export function App() {
  const { t } = useTranslation()
  const loading = <p className="hint">{t('app.loading')}</p>
  return (
    <Switch>
      <Route path="/admin">
        <Header />
        <Suspense fallback={loading}>
          <Admin />
        </Suspense>
        <Caution>
          <p>{t('app.research')}</p>
        </Caution>
      </Route>
      <Route path="/quiz">
        <Header />
        <Suspense fallback={loading}>
          <Quiz />
        </Suspense>
        <Caution>
          <p>{t('app.research')}</p>
        </Caution>
      </Route>
      <Route path="/">
        <Header />
        <Classify />
      </Route>
      <Route>
        <main className="missing">
          <p>{t('app.missing')}</p>
          <Link href="/">{t('app.home')}</Link>
        </main>
      </Route>
    </Switch>
  )
}

function Header() {
  const { t, i18n } = useTranslation()
  return (
    <header className="top">
      <div>
        <h1>Zoidberg</h1>
        <p>{t('app.tagline')}</p>
      </div>
      <nav aria-label="Zoidberg">
        <Link href="/" className={(isHere) => (isHere ? 'here' : '')}>
          {t('app.classify')}
        </Link>
        <Link href="/quiz" className={(isHere) => (isHere ? 'here' : '')}>
          {t('app.quiz')}
        </Link>
        <a href="/api/docs">{t('app.api')}</a>
        <Link href="/admin" className={(isHere) => (isHere ? 'here' : '')}>
          {t('app.admin')}
        </Link>
        <select
          aria-label={t('app.language')}
          value={i18n.language}
          onChange={({ target }) => setLanguage(target.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </nav>
    </header>
  )
}
