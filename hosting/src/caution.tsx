import type { Card } from '@zoidberg/core/contract/card.ts'
import type { ReactNode } from 'react'

/** Stays in sight, however far somebody scrolls. */
export const Caution = ({ children }: { children: ReactNode }) => (
  <aside className="caution" aria-label="Caution">
    <div>{children}</div>
  </aside>
)

/** Whom the model knows, as its card tells. */
export function knownTo(card: Card): string {
  const { synthetic, people, images } = card.training.dataset
  if (synthetic) return 'This model was trained on drawings, no X-rays.'
  return `This model has seen ${people ?? `${images} X-rays of one data set, and nothing else`}.`
}
