import type { Card } from '@zoidberg/core/contract/card.ts'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Asked, Film } from '../film.ts'
import { Viewer } from '../viewer/viewer.tsx'
import { useSpeech } from '../words/speak.ts'
import { type Chosen, decideAt, defaultPoint } from './decide.ts'
import { Result } from './result.tsx'
import { Waiting } from './waiting.tsx'

type Asking = { card: Card | undefined; id: string; asked?: Asked }
type Props = {
  film?: Film
  /** The model that answers, and another one beside it. */
  answers: readonly Asking[]
  /** Where somebody has moved the threshold of a model. */
  moved: Readonly<Record<string, Chosen>>
  error?: string
  onChoose(model: string, chosen: Chosen): void
  onCard(card: Card): void
  onCancel(model: string): void
  onAgain(model: string): void
  /** Another film, to look at beside this one. */
  beside?: Film
  besideAsked?: Asked
  children?: ReactNode
}

/** The film with what one or two models say of it. */
export function Answer({
  film,
  answers,
  moved,
  error,
  onChoose,
  onCard,
  onCancel,
  onAgain,
  beside,
  besideAsked,
  children,
}: Props) {
  const { t } = useSpeech()
  const section = useRef<HTMLElement>(null)
  // On a phone the answer lies below the gallery.
  useEffect(() => {
    const top = section.current?.getBoundingClientRect().top ?? 0
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth'
    if (film && (top < 0 || top > innerHeight / 2)) section.current?.scrollIntoView({ behavior })
  }, [film])
  const [first] = answers
  const isBusy = answers.some(({ asked }) => asked && asked.state !== 'answered' && asked.state !== 'failed')
  const prediction = first?.asked?.state === 'answered' ? first.asked.prediction : undefined
  const chosenOf = ({ card, id, asked }: Asking): Chosen => {
    if (moved[id]) return moved[id]
    if (card) return defaultPoint(card)
    const decision = asked?.state === 'answered' ? asked.prediction.decision : undefined
    return { threshold: decision?.threshold ?? 0.5, name: decision?.operatingPoint }
  }
  return (
    <section
      ref={section}
      className={beside ? 'answer pair' : 'answer'}
      aria-label={t('answer.region')}
      aria-busy={isBusy}
    >
      {error && (
        <p role="alert" className="error">
          {error}
        </p>
      )}
      {!film && !error && (
        <div className="empty">
          <p className="hint">{t('answer.empty')}</p>
          <p className="hint">{t('answer.emptyHint')}</p>
        </div>
      )}
      {film && (
        <>
          <Viewer
            film={film}
            prediction={prediction}
            isPositive={
              first && prediction
                ? decideAt(prediction.probabilities, chosenOf(first).threshold).positive
                : false
            }
          >
            {children}
          </Viewer>
          {beside && (
            <Viewer
              film={beside}
              prediction={besideAsked?.state === 'answered' ? besideAsked.prediction : undefined}
              isPositive={
                first && besideAsked?.state === 'answered'
                  ? decideAt(besideAsked.prediction.probabilities, chosenOf(first).threshold).positive
                  : false
              }
            />
          )}
          <div className="says">
            {answers.map((one) => (
              <article key={one.id} aria-label={one.id}>
                {answers.length > 1 && <h3>{one.id}</h3>}
                <Waiting
                  name={film.name}
                  asked={one.asked}
                  onCancel={() => onCancel(one.id)}
                  onAgain={() => onAgain(one.id)}
                />
                {one.asked?.state === 'answered' && (
                  <Result
                    film={film}
                    prediction={one.asked.prediction}
                    card={one.card}
                    chosen={chosenOf(one)}
                    onChoose={(chosen) => onChoose(one.id, chosen)}
                    onCard={() => one.card && onCard(one.card)}
                  />
                )}
              </article>
            ))}
          </div>
        </>
      )}
      <Announcement film={film} asked={first?.asked} card={first?.card} />
    </section>
  )
}

type Announced = { film?: Film; asked?: Asked; card?: Card }

/** One sentence for screen readers when an answer has come, and none when the threshold moves. */
function Announcement({ film, asked, card }: Announced) {
  const { t, label, probability } = useSpeech()
  const prediction = asked?.state === 'answered' ? asked.prediction : undefined
  return (
    <p role="status" className="visually-hidden">
      {film &&
        prediction &&
        t('answer.announced', {
          name: film.name,
          label: label(prediction.label, card?.findings),
          probability: probability(prediction.decision.probability),
        })}
    </p>
  )
}
