import { rankingPanel } from '@zoidberg/core/charts/ranking.ts'
import { reliabilityPanel } from '@zoidberg/core/charts/reliability.ts'
import type { Card, Figures, Shift } from '@zoidberg/core/contract/card.ts'
import { type ReactNode, useMemo } from 'react'
import { type Chosen, defaultPoint, ratesAt } from '../answer/decide.ts'
import { Dialog } from '../dialog.tsx'
import { Source } from '../source.tsx'
import { useSpeech } from '../words/speak.ts'
import { Chart } from './chart.tsx'

/** No rounding makes an area of 1 of one that is less. */
const area = (value: number): string => (value < 1 ? Math.min(value, 0.9999).toFixed(4) : '1')

const FIGURES = ['accuracy', 'sensitivity', 'specificity', 'rocAuc', 'ece'] as const

type Props = {
  card: Card
  chosen?: Chosen
  onClose(): void
  /** What only some may see. */
  children?: ReactNode
}

/** A model's card as a drawer: whom it knows, and how good it was on whom. */
export function ModelCard({ card, chosen = defaultPoint(card), onClose, children }: Props) {
  const { t } = useSpeech()
  const { validation, test, shifts = [] } = card.metrics
  const { synthetic, attribution } = card.training.dataset
  const what = t(synthetic ? 'card.drawings' : 'card.xrays')
  const countsOf = ({ data }: Figures) => ({
    images: data?.images ?? '?',
    patients: data?.patients ?? '?',
    what,
  })
  return (
    <Dialog title={t('card.title')} className="drawer" onClose={onClose}>
      <button type="submit" className="close">
        {t('card.close')}
      </button>
      <p className="fine">{card.id}</p>
      {validation ? (
        <>
          <p>
            {t('card.judgedOn', countsOf(validation))} {t(synthetic ? 'card.sayNothing' : 'card.expectLess')}
          </p>
          <Part metrics={validation} caption={t('card.validation')} />
        </>
      ) : (
        <p>{t('card.noFigures')}</p>
      )}
      {test && (
        <>
          <p>{t('card.onTest', countsOf(test))}</p>
          <Part metrics={test} caption={t('card.test')} />
        </>
      )}
      <Points card={card} />
      <Charts card={card} chosen={chosen} />
      {validation?.confusion && <Confusion card={card} matrix={validation.confusion} />}
      {shifts.length > 0 && <Shifts shifts={shifts} />}
      {children}
      {attribution && (
        <p className="fine">
          {t('card.data')} <Source {...attribution} />
        </p>
      )}
    </Dialog>
  )
}

function Charts({ card, chosen }: { card: Card; chosen: Chosen }) {
  const { t } = useSpeech()
  const { roc, reliability } = card.metrics.curves ?? {}
  const rates = ratesAt(card, chosen.threshold)
  const rocSpec = useMemo(() => {
    const dot: [number, number] | undefined = rates && [1 - rates.specificity, rates.sensitivity]
    const points = (roc ?? []) as [number, number][]
    return rankingPanel('ROC', { x: '1 - specificity', y: 'sensitivity' }, [{ name: card.id, points, dot }])
  }, [card.id, roc, rates])
  const reliabilitySpec = useMemo(() => reliabilityPanel(reliability ?? []), [reliability])
  return (
    <div className="charts">
      {roc && <Chart spec={rocSpec} title={t('card.roc')} />}
      {reliability && <Chart spec={reliabilitySpec} title={t('card.reliability')} />}
    </div>
  )
}

function Part({ metrics, caption }: { metrics: Figures; caption: string }) {
  const { t, rate, number } = useSpeech()
  const write = (name: (typeof FIGURES)[number], value: number): string => {
    if (name === 'rocAuc') return number(area(value))
    return name === 'ece' ? number(value.toFixed(3)) : rate(value)
  }
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{caption}</th>
          <th scope="col">{t('card.figure')}</th>
          <th scope="col">{t('card.interval')}</th>
        </tr>
      </thead>
      <tbody>
        {FIGURES.map((name) => {
          const value = metrics[name]
          const [low, high] = (metrics.intervals?.[name] ?? []).map((end) => write(name, end ?? Number.NaN))
          return (
            value != null && (
              <tr key={name}>
                <th scope="row">{t(`card.${name}`)}</th>
                <td>{write(name, value)}</td>
                <td>{low ? t('answer.interval', { low, high }) : '–'}</td>
              </tr>
            )
          )
        })}
      </tbody>
    </table>
  )
}

function Points({ card }: { card: Card }) {
  const { t, rate } = useSpeech()
  const known = (value: number | null) => (value === null ? '–' : rate(value))
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('card.points')}</th>
          <th scope="col">{t('card.threshold')}</th>
          <th scope="col">{t('card.found')}</th>
          <th scope="col">{t('card.cleared')}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(card.operatingPoints).map(([name, { threshold, sensitivity, specificity }]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{rate(threshold)}</td>
            <td>{known(sensitivity)}</td>
            <td>{known(specificity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Confusion({ card, matrix }: { card: Card; matrix: number[][] }) {
  const { t, label } = useSpeech()
  const names = [label(card.labels[0], card.findings), t('card.finding')]
  return (
    <table>
      <caption>
        {t('card.confusion')}. {t('card.confusionHelp')}
      </caption>
      <thead>
        <tr>
          <td />
          {names.map((name) => (
            <th key={name} scope="col">
              {t('card.called', { label: name.toLowerCase() })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {matrix.map((row, k) => (
          <tr key={names[k]}>
            <th scope="row">{names[k]}</th>
            {row.map((count, j) => (
              <td key={names[j]}>{count}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Shifts({ shifts }: { shifts: readonly Shift[] }) {
  const { t, rate, number } = useSpeech()
  return (
    <details>
      <summary>{t('card.shifts')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('card.version')}</th>
            <th scope="col">{t('card.found')}</th>
            <th scope="col">{t('card.cleared')}</th>
            <th scope="col">ROC AUC</th>
          </tr>
        </thead>
        <tbody>
          {shifts.map(({ name, sensitivity, specificity, rocAuc }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{rate(sensitivity)}</td>
              <td>{rate(specificity)}</td>
              <td>{rocAuc == null ? '–' : number(area(rocAuc))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
