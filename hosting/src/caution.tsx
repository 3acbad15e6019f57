import type { ReactNode } from 'react'
import type { Card } from './api.ts'

/** Stays in sight, however far somebody scrolls. */
export const Caution = ({ children }: { children: ReactNode }) => (
  <aside className="caution" aria-label="Caution">
    <div>{children}</div>
  </aside>
)

const DEFAULT_NETWORK = 'default'

/** Whom the model knows, as its card tells; the default model's words until there is a card. */
export function knownTo(card?: Card): string {
  const { model, dataset } = card?.training ?? { model: DEFAULT_NETWORK }
  if (dataset?.synthetic) return 'This model was trained on drawings, no X-rays.'
  if (model !== DEFAULT_NETWORK)
    return `This model has seen ${dataset?.images} X-rays of one data set and nothing else.`
  return 'The default model has seen children of one to five years from one hospital and nobody else.'
}
