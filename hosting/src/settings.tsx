import type { Card } from '@zoidberg/core/contract/card.ts'
import { ratePercent } from '@zoidberg/core/contract/percent.ts'
import { type Choice, choicesOf } from './points.ts'
import { listOf, OPERATING_POINT_WORDS } from './words.ts'

type Props = {
  cards: Card[]
  card?: Card
  operatingPoint?: string
  onModel(id: string): void
  onOperatingPoint(name: string): void
}

const wordsOf = ({ name, others }: Choice): string =>
  others.length > 0 ? `${name}, and ${listOf(others)}` : (OPERATING_POINT_WORDS[name] ?? name)

/** Which model answers, at which operating point. */
export function Settings({ cards, card, operatingPoint, onModel, onOperatingPoint }: Props) {
  if (!card) return null
  const choices = choicesOf(card.operatingPoints)
  const chosen = choices.find(({ name, point }) => (operatingPoint ? name === operatingPoint : point.default))
  return (
    <div className="settings">
      <label>
        Model
        <select value={card.id} onChange={({ target }) => onModel(target.value)}>
          {cards.map(({ id, channels }) => (
            <option key={id} value={id}>
              {channels.join(', ')}: {id}
            </option>
          ))}
        </select>
      </label>
      <label>
        Operating point
        <select value={chosen?.name} onChange={({ target }) => onOperatingPoint(target.value)}>
          {choices.map((choice) => (
            <option key={choice.name} value={choice.name}>
              {wordsOf(choice)}
            </option>
          ))}
        </select>
      </label>
      {choices.map(
        ({ name, others }) =>
          others.length > 0 && (
            <p key={name}>
              In this model {listOf(others)} {others.length > 1 ? 'have' : 'has'} the same threshold as {name}
              .
            </p>
          ),
      )}
      {chosen?.point.sensitivity != null && chosen.point.specificity != null && (
        <p>
          On validation it finds {ratePercent(chosen.point.sensitivity)} of the pneumonias and clears{' '}
          {ratePercent(chosen.point.specificity)} of the healthy.
        </p>
      )}
      {card.training.dataset.synthetic && (
        <p className="warning">This model was trained on drawings, no X-rays.</p>
      )}
    </div>
  )
}
