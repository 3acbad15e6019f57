import { rankingPanel } from '@zoidberg/core/charts/ranking.ts'
import type { Card } from '@zoidberg/core/contract/card.ts'
import { useMemo } from 'react'
import { defaultPoint, ratesAt } from '../answer/decide.ts'
import { Chart } from '../card/chart.tsx'
import { useSpeech } from '../words/speak.ts'

type Points = [x: number, y: number][]

/** Several models on one pair of axes, each with its operating point. */
export function Overlay({ cards }: { cards: readonly Card[] }) {
  const { t, rate, number } = useSpeech()
  const roc = useMemo(() => {
    const lines = cards.map((card) => {
      const rates = ratesAt(card, defaultPoint(card).threshold)
      const dot: Points[number] | undefined = rates && [1 - rates.specificity, rates.sensitivity]
      return { name: card.id, points: (card.metrics.curves?.roc ?? []) as Points, dot }
    })
    return rankingPanel('ROC', { x: '1 - specificity', y: 'sensitivity' }, lines)
  }, [cards])
  const precision = useMemo(() => {
    const lines = cards.map((card) => ({
      name: card.id,
      points: (card.metrics.curves?.precisionRecall ?? []) as Points,
    }))
    return rankingPanel('Precision and recall', { x: 'recall', y: 'precision' }, lines)
  }, [cards])
  const fingerprints = new Set(cards.map((card) => card.training.dataset.split ?? card.id))
  return (
    <>
      <div className="charts">
        <Chart spec={roc} title={t('models.roc')} />
        <Chart spec={precision} title={t('models.precision')} />
      </div>
      <table>
        <thead>
          <tr>
            <th>{t('card.validation')}</th>
            <th>{t('compared.accuracy')}</th>
            <th>{t('compared.rocAuc')}</th>
          </tr>
        </thead>
        <tbody>
          {cards.map(({ id, metrics: { validation } }) => (
            <tr key={id}>
              <th>{id}</th>
              <td>{validation?.accuracy == null ? '–' : rate(validation.accuracy)}</td>
              <td>{validation?.rocAuc == null ? '–' : number(validation.rocAuc.toFixed(4))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {fingerprints.size > 1 && <p className="warning">{t('models.otherImages')}</p>}
    </>
  )
}
