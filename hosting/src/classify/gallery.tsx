import type { Gallery as GalleryOf } from '@zoidberg/core/contract/card.ts'
import type { Label } from '@zoidberg/core/contract/labels.ts'
import { useState } from 'react'
import { sampleUrl } from '../api.ts'
import { Source } from '../source.tsx'
import { useSpeech } from '../words/speak.ts'

type Props = {
  /** Undefined while it is on the way: its place is kept. */
  gallery?: GalleryOf
  /** The sample that is shown. */
  chosen?: string
  /**
   * @param number its place in the gallery, from 1
   * @param name what it is called on the page
   */
  onSample(id: string, number: number, name: string): void
}

const PLACES = 24

/** The films to try, all or those of one label. */
export function Gallery({ gallery, chosen, onSample }: Props) {
  const { t, inSentence } = useSpeech()
  const [shown, setShown] = useState<Label>()
  if (!gallery)
    return (
      <>
        <h2>{t('choose.samples')}</h2>
        <div className="filter" aria-hidden="true" />
        <ul className="gallery places" aria-hidden="true">
          {Array.from({ length: PLACES }, (_, i) => (
            <li key={i} />
          ))}
        </ul>
      </>
    )
  const { synthetic, samples, attribution } = gallery
  if (samples.length === 0) return <p className="hint">{t('choose.noGallery')}</p>
  const labels = [...new Set(samples.map(({ label }) => label))]
  return (
    <>
      <h2>{t(synthetic ? 'choose.drawings' : 'choose.samples')}</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: buttons that filter are no fields */}
      <div className="filter" role="group" aria-label={t('choose.filter')}>
        {[undefined, ...labels].map((label) => (
          <button
            key={label ?? 'all'}
            type="button"
            aria-pressed={shown === label}
            onClick={() => setShown(label)}
          >
            {label ? inSentence(label) : t('choose.all')}
          </button>
        ))}
      </div>
      <ul className="gallery">
        {samples.map(({ id, label }, i) => {
          if (shown && shown !== label) return null
          const name = t(synthetic ? 'choose.drawing' : 'choose.sample', { number: i + 1 })
          // The data set's word for it, which may be wrong, and not the model's answer.
          const labelled = t(synthetic ? 'choose.drawnAs' : 'choose.labelled', { label: inSentence(label) })
          return (
            <li key={id}>
              <button
                type="button"
                aria-pressed={chosen === id}
                aria-label={`${name}, ${labelled}`}
                onClick={() => onSample(id, i + 1, `${name}, ${labelled}`)}
              >
                <img src={sampleUrl(id)} alt="" loading="lazy" width="96" height="96" />
                <span>{inSentence(label)}</span>
              </button>
            </li>
          )
        })}
      </ul>
      {attribution && (
        <p className="fine">
          {t('choose.films')} <Source {...attribution} />
        </p>
      )}
    </>
  )
}
