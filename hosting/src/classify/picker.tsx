import { useEffect, useId, useState } from 'react'
import { useSpeech } from '../words/speak.ts'

/** Where somebody chooses files: by a dialog, by dropping them anywhere, or by pasting. */
export function Picker({ onFiles }: { onFiles(files: File[]): void }) {
  const { t } = useSpeech()
  const input = useId()
  const isOver = useDropAnywhere(onFiles)
  return (
    <div className={isOver ? 'drop over' : 'drop'}>
      <label htmlFor={input}>
        <strong>{t('choose.heading')}</strong> {t('choose.drop')}
        <small>{t('choose.formats')}</small>
      </label>
      <input
        id={input}
        type="file"
        multiple
        accept="image/jpeg,image/png,image/webp,application/dicom,.dcm"
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])])
          target.value = ''
        }}
      />
    </div>
  )
}

/** @returns whether files are over the page */
function useDropAnywhere(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const hasFiles = ({ dataTransfer }: globalThis.DragEvent) =>
      dataTransfer?.types.includes('Files') ?? false
    const over = (event: globalThis.DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = ({ relatedTarget }: globalThis.DragEvent) => relatedTarget ?? setOver(false)
    const drop = (event: globalThis.DragEvent) => {
      event.preventDefault()
      setOver(false)
      onFiles([...(event.dataTransfer?.files ?? [])])
    }
    const paste = ({ clipboardData }: ClipboardEvent) => onFiles([...(clipboardData?.files ?? [])])
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    addEventListener('paste', paste)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
      removeEventListener('paste', paste)
    }
  }, [onFiles])
  return isOver
}
