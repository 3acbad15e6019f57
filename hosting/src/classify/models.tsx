import type { Card } from '@zoidberg/core/contract/card.ts'
import { useSpeech } from '../words/speak.ts'

type Props = {
  cards?: readonly Card[]
  card?: Card
  /** Of the model beside it. */
  beside?: string
  onModel(id: string): void
  onBeside(id: string | undefined): void
}

/** Which model answers, and which one beside it. */
export function Models({ cards, card, beside, onModel, onBeside }: Props) {
  const { t } = useSpeech()
  const others = cards?.filter(({ id }) => id !== card?.id) ?? []
  const nameOf = ({ id, channels }: Card) => `${channels.join(', ')}: ${id}`
  return (
    <div className="settings">
      <label>
        {t('model.label')}
        <select value={card?.id ?? ''} disabled={!card} onChange={({ target }) => onModel(target.value)}>
          {!card && <option value="">{t('app.loading')}</option>}
          {cards?.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
        </select>
      </label>
      {/* Stands there also where there is no other, so that nothing moves once that is known. */}
      <label>
        {t('model.beside')}
        <select
          value={beside ?? ''}
          disabled={others.length === 0}
          onChange={({ target }) => onBeside(target.value || undefined)}
        >
          <option value="">{t('model.none')}</option>
          {others.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
