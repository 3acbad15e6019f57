import type { Card, Figures } from '@zoidberg/core/contract/card.ts'
import { ratePercent } from '@zoidberg/core/contract/percent.ts'
import { useState } from 'react'
import { Dialog } from './dialog.tsx'
import { Source } from './source.tsx'

/** No rounding makes an area of 1 of one that is less. */
const area = (value: number): string => (value < 1 ? Math.min(value, 0.9999).toFixed(4) : '1')
const error = (value: number): string => value.toFixed(3)

const FIGURES = [
  { name: 'accuracy', words: 'right answers (accuracy)', write: ratePercent },
  { name: 'sensitivity', words: 'pneumonias found (sensitivity)', write: ratePercent },
  { name: 'specificity', words: 'healthy cleared (specificity)', write: ratePercent },
  { name: 'rocAuc', words: 'ill ranked above healthy (ROC AUC)', write: area },
  { name: 'ece', words: 'error of its probabilities (ECE)', write: error },
] as const

/** A button that opens the figures of a model's card. */
export function Judged({ card }: { card: Card }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        What was it judged on?
      </button>
      {isOpen && (
        <Dialog title="What was it judged on?" onClose={() => setOpen(false)}>
          <button type="submit" className="close">
            Close
          </button>
          <FiguresOf card={card} />
        </Dialog>
      )}
    </>
  )
}

function FiguresOf({ card }: { card: Card }) {
  const { validation, test } = card.metrics
  const { synthetic, attribution } = card.training.dataset
  const images = synthetic ? 'drawings' : 'X-rays'
  return (
    <>
      <p className="fine">{card.id}</p>
      {validation ? (
        <>
          <p>
            It was judged on {countOf(validation, images)} that it was not trained on. Its epoch, calibration
            and thresholds were chosen on these same images, so the figures are optimistic.{' '}
            {synthetic ? 'They say nothing about X-rays.' : 'On other children expect less.'}
          </p>
          <Part metrics={validation} caption="On validation" />
        </>
      ) : (
        <p>The card of this model has no figures.</p>
      )}
      {test && (
        <>
          <p>Nothing was chosen on these {countOf(test, images)}; it was asked about them once.</p>
          <Part metrics={test} caption="On the test part" />
        </>
      )}
      <Points card={card} />
      {attribution && (
        <p className="fine">
          Data: <Source {...attribution} />
        </p>
      )}
    </>
  )
}

const countOf = ({ data }: Figures, images: string): string =>
  data ? `${data.images} ${images} of ${data.patients} patients` : images

function Part({ metrics, caption }: { metrics: Figures; caption: string }) {
  return (
    <table>
      <thead>
        <tr>
          <th>{caption}</th>
          <th>figure</th>
          <th>95 % interval</th>
        </tr>
      </thead>
      <tbody>
        {FIGURES.map(({ name, words, write }) => {
          const value = metrics[name]
          const interval = metrics.intervals?.[name]
          return (
            value != null && (
              <tr key={name}>
                <th>{words}</th>
                <td>{write(value)}</td>
                <td>{interval ? interval.map((end) => write(end ?? Number.NaN)).join(' to ') : '–'}</td>
              </tr>
            )
          )
        })}
      </tbody>
    </table>
  )
}

function Points({ card }: { card: Card }) {
  const rate = (value: number | null) => (value === null ? '–' : ratePercent(value))
  return (
    <table>
      <thead>
        <tr>
          <th>Operating point</th>
          <th>threshold</th>
          <th>pneumonias found</th>
          <th>healthy cleared</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(card.operatingPoints).map(([name, { threshold, sensitivity, specificity }]) => (
          <tr key={name}>
            <th>{name}</th>
            <td>{ratePercent(threshold)}</td>
            <td>{rate(sensitivity)}</td>
            <td>{rate(specificity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
