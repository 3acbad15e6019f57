import { type ReactNode, useState } from 'react'

/** A button that does something at once, outside a form, and nothing more until that is done. */
export function Button({ onClick, children }: { onClick(): unknown; children: ReactNode }) {
  const [isBusy, setBusy] = useState(false)
  const press = async () => {
    setBusy(true)
    await onClick()
    setBusy(false)
  }
  return (
    <button type="button" disabled={isBusy} onClick={press}>
      {children}
    </button>
  )
}
