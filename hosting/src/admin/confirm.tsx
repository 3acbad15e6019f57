import { type ReactNode, useState } from 'react'
import { Dialog } from '../dialog.tsx'
import { useSpeech } from '../words/speak.ts'

type Props = {
  /** On the button that asks. */
  label: string
  /** On the button that does it: the whole act in words. */
  act: string
  onConfirm(): Promise<unknown>
  /** What follows from it. */
  children: ReactNode
}

const CONFIRMED = 'confirmed'

/** A button that says what will follow, and acts only when that is confirmed. */
export function Confirm({ label, act, onConfirm, children }: Props) {
  const { t } = useSpeech()
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const close = async (pressed: string) => {
    setOpen(false)
    if (pressed !== CONFIRMED) return
    setBusy(true)
    await onConfirm()
    setBusy(false)
  }
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen && (
        <Dialog title={`${act}?`} onClose={close}>
          {children}
          <div className="actions">
            <button type="submit">{t('moves.cancel')}</button>
            <button type="submit" value={CONFIRMED} className="act">
              {act}
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}
