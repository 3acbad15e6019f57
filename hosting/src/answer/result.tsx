import type { Prediction } from '@zoidberg/client/client.ts'
import type { Card } from '@zoidberg/core/contract/card.ts'
import { useState } from 'react'
import type { Film } from '../film.ts'
import { useSpeech } from '../words/speak.ts'
import { curlFor } from './curl.ts'
import { type Chosen, decideAt } from './decide.ts'
import { save, toJson } from './results.ts'
import { Threshold } from './threshold.tsx'

type Props = {
  film: Film
  prediction: Prediction
  card?: Card
  chosen: Chosen
  onChoose(chosen: Chosen): void
  onCard(): void
}

/** What a model says of a film, at the threshold that is set. */
export function Result({ film, prediction, card, chosen, onChoose, onCard }: Props) {
  const { t, label: wordsFor, together, probability: percent, rate, number } = useSpeech()
  const { probabilities, model, image, timing, warnings } = prediction
  const findings = card?.findings
  const what = together(Object.keys(probabilities))
  const { label, positive, probability } = decideAt(probabilities, chosen.threshold)
  return (
    <div className="result">
      <h2 className={positive ? 'positive' : 'negative'} data-testid="label" data-label={label}>
        {wordsFor(label, findings)}
      </h2>
      <p>
        {t('answer.sentence', {
          what,
          probability: percent(probability),
          side: t(positive ? 'answer.above' : 'answer.below'),
          threshold: rate(chosen.threshold),
          point: chosen.name ?? t('points.own'),
        })}
      </p>
      <Threshold card={card} probability={probability} chosen={chosen} what={what} onChoose={onChoose} />
      <dl className="bars" aria-label={t('answer.kinds')}>
        {Object.entries(probabilities).map(([name, value]) => (
          <div key={name}>
            <dt>{wordsFor(name, findings)}</dt>
            <dd>
              <span className="bar" style={{ width: `${100 * value}%` }} />
              <span className="value">{percent(value)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {warnings.map(({ code, message }) => (
        <p key={code} className="warning">
          {t(`warnings.${code}`, { defaultValue: message })}
        </p>
      ))}
      <div className="actions">
        <button type="button" onClick={onCard} disabled={!card}>
          {t('model.card')}
        </button>
        <Copy text={curlFor(film, { origin: location.origin, model: model.channel })} />
        <button
          type="button"
          onClick={() =>
            save(`${film.file}.json`, 'application/json', toJson([{ file: film.file, prediction }]))
          }
        >
          {t('answer.json')}
        </button>
      </div>
      <p className="fine">
        {t('answer.fine', {
          id: model.id,
          channel: model.channel,
          ms: number(timing.totalMs.toFixed(0)),
          width: image.width,
          height: image.height,
          format: image.format,
        })}
      </p>
    </div>
  )
}

function Copy({ text }: { text: string }) {
  const { t } = useSpeech()
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed'>()
  return (
    <button
      type="button"
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => setOutcome('copied'),
          () => setOutcome('copyFailed'),
        )
      }
    >
      {t(outcome ? `answer.${outcome}` : 'answer.curl')}
    </button>
  )
}
