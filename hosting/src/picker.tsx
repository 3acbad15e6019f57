import { type DragEvent, useId, useState } from 'react'
import { type Gallery, sampleUrl } from './api.ts'
import type { Chosen } from './app.tsx'
import { wordsFor } from './words.ts'

type Props = {
  gallery: Gallery
  chosen?: Chosen
  onFile(file: File): void
  onSample(id: string, name: string): void
}

export function Picker({ gallery, chosen, onFile, onSample }: Props) {
  const input = useId()
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file) onFile(file)
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the file input inside does the same by keyboard */}
      <div
        className={isOver ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label htmlFor={input}>
          <strong>Choose an X-ray</strong> or drop it here
          <small>JPEG, PNG or WebP, up to 10 MB. It is not stored.</small>
        </label>
        <input
          id={input}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          onChange={({ target }) => {
            const [file] = target.files ?? []
            if (file) onFile(file)
            target.value = ''
          }}
        />
      </div>
      {gallery.samples.length > 0 && (
        <>
          <h2>
            {gallery.synthetic
              ? 'Or a synthetic phantom (a drawing, no X-ray)'
              : 'Or an X-ray the model was not trained on'}
          </h2>
          <ul className="gallery">
            {gallery.samples.map(({ id, label }, i) => {
              const name = `${gallery.synthetic ? 'Synthetic phantom' : 'Sample'} ${i + 1}, ${wordsFor(label).toLowerCase()}`
              return (
                <li key={id}>
                  <button
                    type="button"
                    aria-pressed={chosen?.source.sample === id}
                    onClick={() => onSample(id, name)}
                  >
                    <img src={sampleUrl(id)} alt={name} loading="lazy" width="96" height="96" />
                    <span>{wordsFor(label)}</span>
                  </button>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </>
  )
}
