import { epochsPanel } from '@zoidberg/core/charts/epochs.ts'
import type { RunEpoch } from '@zoidberg/core/contract/run.ts'
import { useMemo, useState } from 'react'
import { Chart } from '../card/chart.tsx'
import { useSpeech } from '../words/speak.ts'

/** Loss on training and validation by epoch, drawn when it is opened: the library of charts is large. */
export function Curve({ epochs }: { epochs: Pick<RunEpoch, 'epoch' | 'loss' | 'valLoss'>[] }) {
  const { t, number } = useSpeech()
  const [isOpen, setOpen] = useState(false)
  const last = epochs[epochs.length - 1]
  const best = epochs.reduce((a, b) => (b.valLoss < a.valLoss ? b : a))
  const spec = useMemo(() => {
    const points = epochs.map(({ epoch, loss, valLoss }) => ({ epoch, training: loss, validation: valLoss }))
    return epochsPanel('loss', points, best.epoch)
  }, [epochs, best.epoch])
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {t('runs.curve', {
          epoch: last.epoch,
          loss: number(last.loss.toFixed(3)),
          valLoss: number(last.valLoss.toFixed(3)),
          best: best.epoch,
        })}
      </summary>
      {isOpen && <Chart spec={spec} title={t('runs.lossByEpoch')} />}
    </details>
  )
}
