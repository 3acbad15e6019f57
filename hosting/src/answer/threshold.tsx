import type { Card } from '@zoidberg/core/contract/card.ts'
import { useId } from 'react'
import { choicesOf } from '../points.ts'
import { useSpeech } from '../words/speak.ts'
import { type Chosen, ratesAt } from './decide.ts'

type Props = {
  card?: Card
  probability: number
  chosen: Chosen
  /** What the labels of the model are together. */
  what: string
  onChoose(chosen: Chosen): void
}

/** Steps of the slider: a tenth of a percent. */
const STEPS = 1000

/** One bar: how probable a finding is, and the threshold on it, which can be moved. Nothing is asked of the server. */
export function Threshold({ card, probability, chosen, what, onChoose }: Props) {
  const { t, probability: percent, rate } = useSpeech()
  const id = useId()
  const rates = card && ratesAt(card, chosen.threshold)
  const interval = ([low, high]: [number, number]) =>
    t('answer.interval', { low: rate(low), high: rate(high) })
  return (
    <div className="threshold">
      <p className="scale-name">
        <span>{t('answer.probability', { what })}</span>
        <strong>{percent(probability)}</strong>
      </p>
      <div className="track">
        <span className="bar" style={{ width: `${100 * probability}%` }} />
        <input
          id={id}
          type="range"
          min={0}
          max={STEPS}
          value={Math.round(chosen.threshold * STEPS)}
          aria-label={t('answer.threshold')}
          aria-valuetext={rate(chosen.threshold)}
          onChange={({ target }) => onChoose({ threshold: Number(target.value) / STEPS })}
        />
      </div>
      <div className="points">
        <label htmlFor={id}>
          {t('answer.threshold')} {rate(chosen.threshold)}
        </label>
        {card &&
          choicesOf(card.operatingPoints).map(({ name, point }) => (
            <button
              key={name}
              type="button"
              aria-pressed={chosen.name === name}
              title={t(`points.${name}`, { defaultValue: name })}
              onClick={() => onChoose({ name, threshold: point.threshold })}
            >
              {name}
            </button>
          ))}
      </div>
      {rates && (
        <p className="rates" data-testid="rates">
          {t('answer.at', {
            sensitivity: rate(rates.sensitivity),
            sensitivityInterval: interval(rates.sensitivityInterval),
            specificity: rate(rates.specificity),
            specificityInterval: interval(rates.specificityInterval),
          })}
        </p>
      )}
    </div>
  )
}
