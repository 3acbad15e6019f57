import { useEffect, useState } from 'react'
import type { Asked } from '../film.ts'
import { useSpeech } from '../words/speak.ts'

/** After so long somebody wonders. */
const SLOW_MS = 5000

type Props = { name: string; asked?: Asked; onCancel(): void; onAgain(): void }

/** Where the question stands until there is an answer, and what can be done. */
export function Waiting({ name, asked, onCancel, onAgain }: Props) {
  const { t, rate } = useSpeech()
  const isSlow = useSlow(asked)
  if (!asked || asked.state === 'answered') return null
  if (asked.state === 'failed' || asked.state === 'cancelled')
    return (
      <div className="waiting">
        <p role="alert" className={asked.state === 'failed' ? 'error' : 'hint'}>
          {asked.state === 'failed' ? asked.words : t('answer.cancelled')}
        </p>
        <button type="button" onClick={onAgain}>
          {t('answer.again')}
        </button>
      </div>
    )
  return (
    <div className="waiting">
      <p className="hint">{sentence()}</p>
      <progress max={1} value={asked.state === 'sending' ? asked.share : undefined} aria-label={sentence()} />
      {isSlow && <p className="hint">{t('answer.slow')}</p>}
      <button type="button" onClick={onCancel}>
        {t('answer.cancel')}
      </button>
    </div>
  )

  function sentence(): string {
    if (asked?.state === 'sending')
      return t('answer.sendingShare', { name, share: rate(asked.share), size: sizeOf(asked.bytes) })
    if (asked?.state === 'busy') return t('answer.busy', { seconds: asked.seconds })
    return asked?.state === 'working' ? t('answer.waiting') : t('answer.sending', { name })
  }
}

const sizeOf = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

function useSlow(asked?: Asked): boolean {
  const since = asked?.state === 'sending' || asked?.state === 'working' ? asked.since : undefined
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    setSlow(false)
    if (since === undefined) return
    const timer = setTimeout(() => setSlow(true), Math.max(0, since + SLOW_MS - Date.now()))
    return () => clearTimeout(timer)
  }, [since])
  return isSlow
}
