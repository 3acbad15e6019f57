import type { Card } from '@zoidberg/core/contract/card.ts'
import { useCallback, useEffect, useState } from 'react'
import { Answer } from '../answer/answer.tsx'
import { type Chosen, defaultPoint } from '../answer/decide.ts'
import { getSample, sampleUrl } from '../api.ts'
import { ModelCard } from '../card/card.tsx'
import { Caution, Knows } from '../caution.tsx'
import type { Film } from '../film.ts'
import { useSpeech } from '../words/speak.ts'
import { useSession } from './asking.ts'
import { PRODUCTION, useBackend } from './backend.ts'
import { readFiles } from './files.ts'
import { Gallery } from './gallery.tsx'
import { Models } from './models.tsx'
import { useOnline } from './online.ts'
import { Picker } from './picker.tsx'
import { SessionTable } from './session-table.tsx'

/** The page that answers for X-rays. */
export default function Classify() {
  const { t } = useSpeech()
  const session = useSession()
  const { films, answers, add, ask, cancel } = session
  const [model, setModel] = useState<string>()
  const [beside, setBeside] = useState<string>()
  const [shown, setShown] = useState<string>()
  const [besideFilm, setBesideFilm] = useState<string>()
  const [moved, setMoved] = useState<Record<string, Chosen>>({})
  const [opened, setOpened] = useState<Card>()
  const [error, setError] = useState<string>()
  const isOnline = useOnline()
  const { cards, gallery, isKnown, load } = useBackend(setError)

  const card =
    cards?.find(({ id }) => id === model) ??
    cards?.find(({ channels }) => channels.includes(PRODUCTION)) ??
    cards?.[0]
  /** A film is asked about also where the cards could not be had. */
  const asked = [card?.id ?? PRODUCTION, ...(beside && beside !== card?.id ? [beside] : [])]
  const film = films.find(({ id }) => id === shown)
  const cardOf = (id: string) => cards?.find((one) => one.id === id) ?? (id === PRODUCTION ? card : undefined)

  const send = useCallback(
    (one: Film, to: readonly string[]) => {
      for (const id of to) void ask(one, id, { explain: cards?.find((c) => c.id === id)?.explains ?? true })
    },
    [ask, cards],
  )
  // Each film is sent to each model once, and not before it is known which that is; what failed is sent again when somebody asks for it.
  const missing = isOnline && isKnown && film ? asked.filter((id) => !answers[film.id]?.[id]) : []
  const isMissing = missing.join()
  useEffect(() => {
    if (film && missing.length > 0) send(film, missing)
  }, [film?.id, isMissing])

  const choose = useCallback(
    (chosen: readonly Film[]) => {
      if (chosen.length === 0) return
      if (!cards) load() // could not be had when the page was opened
      setError(undefined)
      add(chosen)
      setShown(chosen[0].id)
      setBesideFilm(undefined)
      for (const one of chosen.slice(1)) send(one, [card?.id ?? PRODUCTION])
    },
    [add, card?.id, cards, load, send],
  )

  const chooseFiles = useCallback(
    async (files: File[]) => {
      const { films: read, troubles } = await readFiles(files, t)
      choose(read)
      if (troubles.length > 0) setError(troubles.join(' '))
      // What is shown belongs to what was chosen: nothing, where all of it was refused.
      if (read.length === 0 && files.length > 0) setShown(undefined)
    },
    [choose, t],
  )

  const chooseSample = (id: string, number: number, name: string) =>
    choose([
      {
        id: `sample ${id}`,
        url: sampleUrl(id),
        name,
        file: `sample-${number}.jpeg`,
        sample: id,
        image: () => getSample(id),
      },
    ])

  const chosenOf = (one?: Card): Chosen => (one && (moved[one.id] ?? defaultPoint(one))) ?? { threshold: 0.5 }

  return (
    <>
      <main>
        <section className="choose" aria-label={t('choose.region')}>
          <Picker onFiles={chooseFiles} />
          <Models cards={cards} card={card} beside={beside} onModel={setModel} onBeside={setBeside} />
          <Gallery gallery={gallery} chosen={film?.sample} onSample={chooseSample} />
        </section>
        <div className="shown">
          {!isOnline && (
            <p role="alert" className="warning">
              {t('app.offline')}
            </p>
          )}
          <Answer
            film={film}
            answers={asked.map((id) => ({ id, card: cardOf(id), asked: film && answers[film.id]?.[id] }))}
            moved={moved}
            error={error}
            beside={films.find(({ id }) => id === besideFilm && id !== shown)}
            besideAsked={besideFilm ? answers[besideFilm]?.[asked[0]] : undefined}
            onChoose={(id, chosen) => setMoved((all) => ({ ...all, [id]: chosen }))}
            onCard={setOpened}
            onCancel={(id) => film && cancel(film, id)}
            onAgain={(id) => {
              if (!cards) load()
              if (film) send(film, [id])
            }}
          >
            {films.length > 1 && (
              <label className="beside">
                {t('viewer.beside')}
                <select
                  value={besideFilm ?? ''}
                  onChange={({ target }) => setBesideFilm(target.value || undefined)}
                >
                  <option value="">–</option>
                  {films
                    .filter(({ id }) => id !== shown)
                    .map(({ id, name }) => (
                      <option key={id} value={id}>
                        {name}
                      </option>
                    ))}
                </select>
              </label>
            )}
          </Answer>
          {films.length > 0 && (
            <SessionTable
              session={session}
              model={asked[0]}
              card={card}
              chosen={chosenOf(card)}
              shown={shown}
              onShow={({ id }) => setShown(id)}
              onClear={() => {
                session.clear()
                setShown(undefined)
                setBesideFilm(undefined)
              }}
            />
          )}
        </div>
      </main>
      {opened && <ModelCard card={opened} chosen={chosenOf(opened)} onClose={() => setOpened(undefined)} />}
      <Caution>
        <p>
          {t('app.research')} {card && <Knows card={card} />}
        </p>
        <button type="button" disabled={!card} onClick={() => setOpened(card)}>
          {t('model.card')}
        </button>
      </Caution>
    </>
  )
}
