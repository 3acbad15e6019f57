import type { Card } from '@zoidberg/core/contract/card.ts'
import type { ListedModel, ModelDetails } from '@zoidberg/core/contract/listings.ts'
import { useEffect, useMemo, useState } from 'react'
import { save } from '../answer/results.ts'
import { ModelCard } from '../card/card.tsx'
import { PlainError } from '../words/plain-error.ts'
import { useSpeech } from '../words/speak.ts'
import { Button } from './button.tsx'
import { callAdmin } from './firebase.ts'
import { Lineage } from './lineage.tsx'
import { Overlay } from './overlay.tsx'

type Props = {
  /** The models of runs: where they change, there are others to list. */
  published: string
  onError(cause: unknown): void
}

/** The published models: the card of each, how it was made, its report, and several on one pair of axes. */
export function Models({ published, onError }: Props) {
  const { t, moment } = useSpeech()
  const [models, setModels] = useState<ListedModel[]>()
  const [opened, setOpened] = useState<ModelDetails>()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [cards, setCards] = useState<Readonly<Record<string, Card>>>({})
  // Asked again when a run has published one.
  useEffect(() => {
    callAdmin<{ models: ListedModel[] }>('listModels', {}).then((answer) => setModels(answer.models), onError)
  }, [published, onError])
  const read = (modelId: string, report = false) =>
    callAdmin<ModelDetails>('readModel', { modelId, report }).catch((cause) => void onError(cause))
  const toggle = async (id: string, isWanted: boolean) => {
    setChosen((all) => (isWanted ? [...all, id] : all.filter((one) => one !== id)))
    if (!isWanted || cards[id]) return
    const details = await read(id)
    if (details) setCards((all) => ({ ...all, [id]: details.card }))
  }
  const saveReport = async (id: string) => {
    const details = await read(id, true)
    if (details?.report) save(`${id}.html`, 'text/html', details.report)
    else if (details) onError(new PlainError('models.noReport'))
  }
  const overlaid = useMemo(() => chosen.flatMap((id) => cards[id] ?? []), [chosen, cards])
  return (
    <section aria-label={t('models.heading')}>
      <h2>{t('models.heading')}</h2>
      <ul className="models">
        {models?.map(({ id, at }) => (
          <li key={id}>
            <label className="check">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={({ target }) => void toggle(id, target.checked)}
              />{' '}
              {id}
            </label>
            <span className="fine">{moment(at)}</span>
            <div className="actions">
              <Button onClick={async () => setOpened((await read(id)) ?? undefined)}>
                {t('model.card')}
              </Button>
              <Button onClick={() => saveReport(id)}>{t('models.report')}</Button>
            </div>
          </li>
        ))}
      </ul>
      {overlaid.length > 0 && <Overlay cards={overlaid} />}
      {opened && (
        <ModelCard card={opened.card} onClose={() => setOpened(undefined)}>
          <Lineage details={opened} />
        </ModelCard>
      )}
    </section>
  )
}
