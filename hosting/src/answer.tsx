import type { Label } from '@zoidberg/core/labels.ts'
import { useEffect, useRef, useState } from 'react'
import type { Prediction } from './api.ts'
import type { Chosen } from './app.tsx'
import { percent, wordsFor } from './words.ts'

type Props = { chosen?: Chosen; prediction?: Prediction; error?: string }

export function Answer({ chosen, prediction, error }: Props) {
  const [showsMap, setShowsMap] = useState(true)
  const section = useRef<HTMLElement>(null)
  const explanation = prediction?.explanation
  // On a phone the answer lies below the gallery.
  useEffect(() => {
    if (chosen) section.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }, [chosen])
  return (
    <section
      ref={section}
      className="answer"
      aria-label="Answer"
      aria-live="polite"
      aria-busy={Boolean(chosen && !prediction && !error)}
    >
      {chosen && (
        <figure>
          <div className="image">
            <img src={chosen.url} alt={chosen.name} />
            {explanation && showsMap && (
              <img
                className="map"
                src={`data:image/png;base64,${explanation.png}`}
                alt={`Where the model sees ${wordsFor(explanation.label).toLowerCase()}`}
              />
            )}
          </div>
          <figcaption>
            {chosen.name}
            {explanation && (
              <label>
                <input
                  type="checkbox"
                  checked={showsMap}
                  onChange={({ target }) => setShowsMap(target.checked)}
                />
                show evidence for {wordsFor(explanation.label).toLowerCase()}
              </label>
            )}
          </figcaption>
        </figure>
      )}
      {!chosen && !error && <p className="hint">The answer appears here.</p>}
      {error && (
        <p role="alert" className="error">
          {error}
        </p>
      )}
      {chosen && !prediction && !error && <p className="hint">Asking the model …</p>}
      {prediction && <Verdict prediction={prediction} />}
    </section>
  )
}

function Verdict({ prediction }: { prediction: Prediction }) {
  const { decision, label, model, warnings, probabilities, timing, image } = prediction
  return (
    <div className="verdict">
      <h2 className={decision.positive ? 'positive' : 'negative'} data-testid="label" data-label={label}>
        {wordsFor(label)}
      </h2>
      <p>
        Probability of pneumonia {percent(decision.probability)},{' '}
        {decision.positive ? 'at or above' : 'below'} the threshold of {percent(decision.threshold)} (
        {decision.operatingPoint}).
      </p>
      <dl className="bars">
        {(Object.entries(probabilities) as [Label, number][]).map(([name, probability]) => (
          <div key={name}>
            <dt>{wordsFor(name)}</dt>
            <dd>
              <span className="bar" style={{ width: `${100 * probability}%` }} />
              <span className="value">{percent(probability)}</span>
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
        Answered by {model.id} ({model.channel}) in {timing.totalMs.toFixed(0)} ms; {image.width} ×{' '}
        {image.height} {image.format}.
      </p>
    </div>
  )
}
