import type { Label } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent } from '@zoidberg/core/contract/percent.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { useEffect, useRef } from 'react'
import type { Chosen } from './chosen.ts'
import { Film } from './film.tsx'
import { togetherOf, wordsFor } from './words.ts'

type Props = { chosen?: Chosen; prediction?: Prediction; error?: string }

/** The place where the X-ray stands with what the model says of it. */
export function Answer({ chosen, prediction, error }: Props) {
  const section = useRef<HTMLElement>(null)
  // On a phone the answer lies below the gallery.
  useEffect(() => {
    const top = section.current?.getBoundingClientRect().top ?? 0
    if (chosen && (top < 0 || top > innerHeight / 2)) section.current?.scrollIntoView({ behavior: 'smooth' })
  }, [chosen])
  return (
    <section
      ref={section}
      className="answer"
      aria-label="Answer"
      aria-live="polite"
      aria-busy={Boolean(chosen && !prediction && !error)}
    >
      {!chosen && !error && <p className="hint">The answer appears here.</p>}
      {error && (
        <p role="alert" className="error">
          {error}
        </p>
      )}
      {chosen && !prediction && !error && <p className="hint">The model is at work …</p>}
      {prediction && <Result prediction={prediction} />}
      {chosen && <Film chosen={chosen} prediction={prediction} />}
    </section>
  )
}

function Result({ prediction }: { prediction: Prediction }) {
  const { decision, label, model, warnings, probabilities, timing, image } = prediction
  return (
    <div className="result">
      <h2 className={decision.positive ? 'positive' : 'negative'} data-testid="label" data-label={label}>
        {wordsFor(label)}
      </h2>
      <p>
        The probability of {togetherOf(Object.keys(probabilities))} is{' '}
        {probabilityPercent(decision.probability)}, {decision.positive ? 'at or above' : 'below'} the
        threshold of {probabilityPercent(decision.threshold)} ({decision.operatingPoint}).
      </p>
      <dl className="bars">
        {(Object.entries(probabilities) as [Label, number][]).map(([name, probability]) => (
          <div key={name}>
            <dt>{wordsFor(name)}</dt>
            <dd>
              <span className="bar" style={{ width: `${100 * probability}%` }} />
              <span className="value">{probabilityPercent(probability)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {warnings.map(({ code, message }) => (
        <p key={code} className="warning">
          {message}
        </p>
      ))}
      <p className="fine">
        {model.id} ({model.channel}) answered in {timing.totalMs.toFixed(0)} ms. The image is {image.width} ×{' '}
        {image.height}, {image.format}.
      </p>
    </div>
  )
}
