import { type FormEvent, useCallback, useEffect, useState } from 'react'
import { useSpeech } from '../words/speak.ts'
import { wordsOfTrouble } from '../words/trouble.ts'
import type { Act } from './act.ts'
import { Board } from './board.tsx'
import { Button } from './button.tsx'
import { callAdmin } from './firebase.ts'
import { leave, openSession, type Session, signIn, usePerson } from './session.ts'

/** What admins work at: runs, channels, and a form that starts a run. */
export default function Desk() {
  const { t } = useSpeech()
  const [session, setSession] = useState<Session>()
  const [message, setMessage] = useState<{ text: string; isError: boolean }>()
  /** What can no longer be watched: what stands below it is old. */
  const [stale, setStale] = useState<string>()
  const person = usePerson(session)
  const say = useCallback(
    (cause: unknown) => setMessage({ text: wordsOfTrouble(t, cause), isError: true }),
    [t],
  )
  useEffect(() => {
    openSession((cause) => setStale(wordsOfTrouble(t, cause))).then(setSession, say)
  }, [])
  useEffect(() => setMessage(undefined), [person?.email])

  const act: Act = async (callable, data, done) => {
    setMessage(undefined)
    try {
      const answer = await callAdmin<{ state: string }>(callable, data)
      setMessage({ text: typeof done === 'string' ? done : done(answer), isError: false })
      return true
    } catch (cause) {
      say(cause)
      return false
    }
  }

  return (
    <main className={person?.admin ? 'admin' : 'notices'}>
      <div className="desk">
        {person && session && (
          <p>
            {person.email} <Button onClick={() => leave(session)}>{t('admin.signOut')}</Button>
          </p>
        )}
        <p role="status" className={message?.isError ? 'error' : 'done'}>
          {message?.text}
        </p>
        {stale && (
          <p role="alert" className="error">
            {t('admin.stale')} {stale}
          </p>
        )}
      </div>
      {session && person === null && <SignIn session={session} onError={say} />}
      {person && !person.admin && (
        <p className="notice">
          {t('admin.noAdmin', { email: person.email })} <code>npx zoidberg admin grant {person.email}</code>;{' '}
          {t('admin.thenAgain')}
        </p>
      )}
      {session && person?.admin && <Board session={session} by={person.email} act={act} say={say} />}
    </main>
  )
}

function SignIn({ session, onError }: { session: Session; onError(cause: unknown): void }) {
  const { t } = useSpeech()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn(session, String(form.get('email')), String(form.get('password'))).catch(onError)
  }
  return (
    <form className="settings sign-in" onSubmit={submit}>
      <label>
        {t('admin.email')}
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        {t('admin.password')}
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit">{t('admin.signIn')}</button>
    </form>
  )
}
