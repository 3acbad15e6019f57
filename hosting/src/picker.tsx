import type { Gallery as GalleryOf } from '@zoidberg/core/contract/card.ts'
import { type DragEvent, useId, useState } from 'react'
import { sampleUrl } from './api.ts'
import type { Chosen } from './chosen.ts'
import { Source } from './source.tsx'
import { inSentence } from './words.ts'

type Props = {
  gallery: GalleryOf
  chosen?: Chosen
  onFile(file: File): void
  /**
   * @param number its place in the gallery, from 1
   * @param name what it is called on the page
   */
  onSample(id: string, number: number, name: string): void
}

/** Where somebody chooses an X-ray: a file of their own, or one of the gallery. */
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
          <small>JPEG, PNG, WebP or DICOM, up to 10 MB. It is not stored.</small>
        </label>
        <input
          id={input}
          type="file"
          accept="image/jpeg,image/png,image/webp,application/dicom,.dcm"
          onChange={({ target }) => {
            const [file] = target.files ?? []
            if (file) onFile(file)
            target.value = ''
          }}
        />
      </div>
      {gallery.samples.length > 0 && <Gallery gallery={gallery} chosen={chosen} onSample={onSample} />}
    </>
  )
}

function Gallery({ gallery, chosen, onSample }: Pick<Props, 'gallery' | 'chosen' | 'onSample'>) {
  const { synthetic, samples, attribution } = gallery
  return (
    <>
      <h2>{synthetic ? 'Or a drawing (it is no X-ray)' : 'Or an X-ray the model was not trained on'}</h2>
      <ul className="gallery">
        {samples.map(({ id, label }, i) => {
          const name = `${synthetic ? 'Drawing' : 'Sample'} ${i + 1}`
          // The data set's word for it, which may be wrong, and not the model's answer.
          const labelled = `${synthetic ? 'drawn as' : 'labelled'} ${inSentence(label)}`
          return (
            <li key={id}>
              <button
                type="button"
                aria-pressed={chosen?.sample === id}
                onClick={() => onSample(id, i + 1, `${name}, ${labelled}`)}
              >
                <img src={sampleUrl(id)} alt={name} loading="lazy" width="96" height="96" />
                <span>{labelled}</span>
              </button>
            </li>
          )
        })}
      </ul>
      {attribution && (
        <p className="fine">
          Films: <Source {...attribution} />
        </p>
      )}
    </>
  )
}
