import type { ReactNode } from 'react'

/** A button that does something at once, outside a form. */
export const Button = ({ onClick, children }: { onClick(): unknown; children: ReactNode }) => (
  <button type="button" onClick={onClick}>
    {children}
  </button>
)
