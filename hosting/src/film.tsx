import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { useEffect, useState } from 'react'
import type { Chosen } from './chosen.ts'
import { inSentence } from './words.ts'

/** The X-ray, and over it where the model saw what it answers. */
export function Film({ chosen, prediction }: { chosen: Chosen; prediction?: Prediction }) {
  /** What was asked for with the checkbox, about this answer and no other. */
  const [asked, setAsked] = useState<boolean>()
  useEffect(() => setAsked(undefined), [prediction])
  const [isShown, setShown] = useState(true)
  useEffect(() => setShown(chosen.url !== ''), [chosen.url])
  const explanation = prediction?.explanation
  const isPositive = prediction?.decision.positive ?? false
  // Red spots over a healthy chest would read as findings.
  const showsMap = asked ?? isPositive
  const kind = explanation ? inSentence(explanation.label) : ''
  return (
    <figure>
      <div className="image">
        {isShown ? (
          <img src={chosen.url} alt={chosen.name} onError={() => setShown(false)} />
        ) : (
          <p className="hint">Browsers cannot show this kind of file. The model has read it.</p>
        )}
        {explanation && showsMap && isShown && (
          <img className="map" src={`data:image/png;base64,${explanation.png}`} alt={`Signs of ${kind}`} />
        )}
      </div>
      <figcaption>
        <span>{chosen.name}</span>
        {explanation && (
          <label>
            <input type="checkbox" checked={showsMap} onChange={({ target }) => setAsked(target.checked)} />{' '}
            {isPositive ? `Show signs of ${kind}` : `Show where the model would look for ${kind}`}
          </label>
        )}
        {explanation && showsMap && <Legend kind={kind} isPositive={isPositive} />}
      </figcaption>
    </figure>
  )
}

function Legend({ kind, isPositive }: { kind: string; isPositive: boolean }) {
  return (
    <div className="legend">
      <div>
        none <span className="scale" /> strong
      </div>
      <p>
        {isPositive
          ? `Where the model sees signs of ${kind}.`
          : `Where the model would look for ${kind}; all of it together is too little for that answer.`}{' '}
        Colour is stronger the more a place adds to the probability of pneumonia. It is no outline of a
        disease.
      </p>
    </div>
  )
}
