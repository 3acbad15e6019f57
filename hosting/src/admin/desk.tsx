import { type FormEvent, useEffect, useState } from 'react'
import { Caution } from '../caution.tsx'
import { wordsOf } from '../errors.ts'
import type { Act } from './act.ts'
import { Board } from './board.tsx'
import { Button } from './button.tsx'
import { callAdmin } from './firebase.ts'
import { leave, openSession, type Session, signIn, usePerson } from './session.ts'

/** What admins work at: runs, channels, and a form that starts a run. */
export default function Desk() {
  const [session, setSession] = useState<Session>()
  const [message, setMessage] = useState<{ text: string; isError: boolean }>()
  /** What can no longer be watched: what stands below it is old. */
  const [stale, setStale] = useState<string>()
  const person = usePerson(session)
  const say = (cause: unknown) => setMessage({ text: wordsOf(cause), isError: true })
  useEffect(() => {
    openSession((cause) => setStale(wordsOf(cause))).then(setSession, say)
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
    <>
      <header>
        <h1>Zoidberg: admin</h1>
        <p>
          {person && session ? (
            <>
              {person.email} <Button onClick={() => leave(session)}>Sign out</Button>
            </>
          ) : (
            'Train, judge, promote.'
          )}{' '}
          <a href="/">The classifier</a>
        </p>
        <p role="status" className={message?.isError ? 'error' : 'done'}>
          {message?.text}
        </p>
        {stale && (
          <p role="alert" className="error">
            What stands below is out of date. {stale}
          </p>
        )}
      </header>
      <main className={person?.admin ? 'admin' : 'notices'}>
        {session && person === null && <SignIn session={session} onError={say} />}
        {person && !person.admin && (
          <p className="notice">
            {person.email} is no admin. Somebody with access to the project runs{' '}
            <code>npx zoidberg admin grant {person.email}</code>; then sign in again.
          </p>
        )}
        {session && person?.admin && <Board session={session} by={person.email} act={act} />}
      </main>
      <Caution>
        <p>For research only, not a medical device. Never decide about a patient by it.</p>
      </Caution>
    </>
  )
}

function SignIn({ session, onError }: { session: Session; onError(cause: unknown): void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn(session, String(form.get('email')), String(form.get('password'))).catch(onError)
  }
  return (
    <form className="settings sign-in" onSubmit={submit}>
      <label>
        E-mail
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  )
}
