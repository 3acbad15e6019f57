import { tenthsPanel } from '@zoidberg/core/charts/tenths.ts'
import type { Card } from '@zoidberg/core/contract/card.ts'
import { tenthsOfBins, tenthsOfDays, uncertainOf } from '@zoidberg/core/contract/drift.ts'
import type { ModelDetails } from '@zoidberg/core/contract/listings.ts'
import { isHigher } from '@zoidberg/core/contract/share.ts'
import { useEffect, useMemo, useState } from 'react'
import { Chart } from '../card/chart.tsx'
import { useSpeech } from '../words/speak.ts'
import type { Day } from './counters.ts'
import { callAdmin } from './firebase.ts'

const DAY_MS = 86_400_000
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

type Props = { modelId: string; days: readonly Day[]; onError(cause: unknown): void }

/** Whether what a model answered of late resembles what it answered on validation. */
export function Watching({ modelId, days, onError }: Props) {
  const { t } = useSpeech()
  const [isOpen, setOpen] = useState(false)
  const [card, setCard] = useState<Card>()
  useEffect(() => {
    if (isOpen && card?.id !== modelId)
      callAdmin<ModelDetails>('readModel', { modelId }).then((details) => setCard(details.card), onError)
  }, [isOpen, modelId, card?.id, onError])
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('watching.heading', { id: modelId })}</summary>
      {isOpen && card && <BesideValidation card={card} days={days} />}
    </details>
  )
}

function BesideValidation({ card, days }: { card: Card; days: readonly Day[] }) {
  const { t, rate } = useSpeech()
  const served = tenthsOfDays(days)
  const expected = tenthsOfBins(card.metrics.curves?.reliability ?? [])
  const key = served.join()
  const spec = useMemo(
    () =>
      tenthsPanel([
        { name: t('watching.answers'), tenths: served },
        { name: t('watching.validation'), tenths: expected },
      ]),
    [key, card.id, t],
  )
  // The alert is of today and yesterday; the chart shows more, to be smoother.
  const newest = days.filter(({ day }) => day >= dayOf(Date.now() - DAY_MS))
  const [now, then] = [uncertainOf(tenthsOfDays(newest)), uncertainOf(expected)]
  if (now.of === 0 || then.of === 0) return <p className="hint">{t('watching.nothing')}</p>
  const isDrift = isHigher(now, then)
  const warnings = new Map<string, number>()
  for (const day of newest)
    for (const [code, count] of Object.entries(day.warnings ?? {}))
      warnings.set(code, (warnings.get(code) ?? 0) + count)
  return (
    <>
      <Chart spec={spec} title={t('watching.chart')} />
      <p className={isDrift ? 'warning' : 'fine'}>
        {t('watching.uncertain', {
          share: rate(now.count / now.of),
          answers: now.of,
          expected: rate(then.count / then.of),
          images: then.of,
        })}{' '}
        {t(isDrift ? 'watching.drift' : 'watching.chance')}
      </p>
      {[...warnings].map(([code, count]) => (
        <p key={code} className="fine">
          {t('watching.warned', { code, share: rate(count / now.of) })}
        </p>
      ))}
    </>
  )
}
