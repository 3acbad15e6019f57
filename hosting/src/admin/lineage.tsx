import type { ModelDetails } from '@zoidberg/core/contract/listings.ts'
import { useSpeech } from '../words/speak.ts'
import { Curve } from './curve.tsx'

/** How a model was made: from what, with which settings, epoch by epoch. */
export function Lineage({ details: { card, lineage, history } }: { details: ModelDetails }) {
  const { t } = useSpeech()
  const { dataset } = card.training
  const facts: [string, unknown][] = [
    [t('models.command'), lineage.command],
    [t('models.run'), lineage.runId],
    [t('settings.seed'), lineage.seed],
    [t('models.fittedOn'), dataset.images],
    [t('models.fingerprint'), dataset.fingerprint],
    ...Object.entries(lineage.hyperparameters),
    ...Object.entries(lineage.versions),
  ]
  return (
    <>
      <h3>{t('models.lineage')}</h3>
      {history.length > 1 && <Curve epochs={history} />}
      <dl className="config">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
