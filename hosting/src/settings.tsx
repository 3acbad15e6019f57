import type { Card } from './api.ts'
import { OPERATING_POINT_WORDS, percent } from './words.ts'

type Props = {
  cards: Card[]
  card?: Card
  operatingPoint?: string
  onModel(id: string): void
  onOperatingPoint(name: string): void
}

export function Settings({ cards, card, operatingPoint, onModel, onOperatingPoint }: Props) {
  if (!card) return null
  const points = Object.entries(card.operatingPoints)
  const name = operatingPoint ?? points.find(([, point]) => point.default)?.[0]
  const point = points.find(([key]) => key === name)?.[1]
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
        <select value={name} onChange={({ target }) => onOperatingPoint(target.value)}>
          {points.map(([key]) => (
            <option key={key} value={key}>
              {OPERATING_POINT_WORDS[key] ?? key}
            </option>
          ))}
        </select>
      </label>
      {point?.sensitivity != null && point.specificity != null && (
        <p>
          On validation it finds {percent(point.sensitivity)} of the pneumonias and clears{' '}
          {percent(point.specificity)} of the healthy.
        </p>
      )}
      {card.training.dataset.synthetic && (
        <p className="warning">This model was trained on synthetic phantoms.</p>
      )}
    </div>
  )
}
