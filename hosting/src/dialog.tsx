import { type ReactNode, useEffect, useId, useRef } from 'react'

type Props = {
  title: string
  className?: string
  /** @param pressed value of the button that closed it; empty if it was the Escape key */
  onClose(pressed: string): void
  children: ReactNode
}

/** A native dialog, open while it is mounted. Every button in it closes it; the first one has the focus. */
export function Dialog({ title, className, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector('button')?.focus()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={heading}
      onClose={({ currentTarget }) => onClose(currentTarget.returnValue)}
    >
      <form method="dialog">
        <h2 id={heading}>{title}</h2>
        {children}
      </form>
    </dialog>
  )
}
