import type { Card } from '@zoidberg/core/contract/card.ts'
import type { ReactNode } from 'react'
import { useSpeech } from './words/speak.ts'

/** Stays in sight, however far somebody scrolls. */
export function Caution({ children }: { children: ReactNode }) {
  const { t } = useSpeech()
  return (
    <aside className="caution" aria-label={t('app.caution')}>
      <div>{children}</div>
    </aside>
  )
}

/** Whom the model knows, as its card tells. */
export function Knows({ card }: { card: Card }) {
  const { t } = useSpeech()
  const { synthetic, people, images } = card.training.dataset
  if (synthetic) return t('app.knowsDrawings')
  return people ? t('app.knows', { people }) : t('app.knowsImages', { images })
}
