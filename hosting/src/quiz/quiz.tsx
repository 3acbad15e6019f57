import type { Gallery, Prediction } from '@zoidberg/client/client.ts'
import type { Card } from '@zoidberg/core/contract/card.ts'
import { useEffect, useRef, useState } from 'react'
import { ask, getCards, getGallery, getSample, sampleUrl } from '../api.ts'
import type { Film } from '../film.ts'
import { Viewer } from '../viewer/viewer.tsx'
import { useSpeech } from '../words/speak.ts'
import { wordsOfTrouble } from '../words/trouble.ts'
import { scoreOf, shuffled } from './score.ts'

type Sample = Gallery['samples'][number]
/** What somebody said of a film, and what the model and the data set say; the model may have no answer. */
type Call = { sample: Sample; positive: boolean; prediction?: Prediction }

/** Films without labels: the reader decides, then sees what the model and the data set say. */
export default function Quiz() {
  const { t } = useSpeech()
  const [films, setFilms] = useState<Sample[]>()
  const [card, setCard] = useState<Card>()
  const [error, setError] = useState<string>()
  const [calls, setCalls] = useState<Call[]>()
  useEffect(() => {
    Promise.all([getCards(), getGallery()]).then(
      ([cards, { samples }]) => {
        setCard(cards.find(({ channels }) => channels.includes('production')) ?? cards[0])
        setFilms(shuffled(samples))
      },
      (cause) => setError(wordsOfTrouble(t, cause)),
    )
  }, [])
  const restart = () => {
    setFilms(films && shuffled(films))
    setCalls([])
  }
  return (
    <main className="quiz">
      <section aria-label={t('quiz.title')}>
        <h2>{t('quiz.title')}</h2>
        {error && (
          <p role="alert" className="error">
            {error}
          </p>
        )}
        {films?.length === 0 && <p className="hint">{t('quiz.none')}</p>}
        {!calls && films && films.length > 0 && (
          <>
            <p>{t('quiz.intro')}</p>
            <p>{t('quiz.optimistic')}</p>
            <button type="button" className="main" onClick={() => setCalls([])}>
              {t('quiz.start')}
            </button>
          </>
        )}
        {calls && films && card && calls.length < films.length && (
          <Turn
            key={films[calls.length].id}
            sample={films[calls.length]}
            number={calls.length + 1}
            count={films.length}
            card={card}
            onDone={(call) => setCalls([...calls, call])}
          />
        )}
        {calls && films && card && calls.length === films.length && films.length > 0 && (
          <Scores calls={calls} card={card} onRestart={restart} />
        )}
      </section>
    </main>
  )
}

type TurnProps = { sample: Sample; number: number; count: number; card: Card; onDone(call: Call): void }

/** One film: first the reader's call, then what the others say. */
function Turn({ sample, number, count, card, onDone }: TurnProps) {
  const { t, label, probability } = useSpeech()
  const [said, setSaid] = useState<boolean>()
  const [prediction, setPrediction] = useState<Prediction | null>()
  const [trouble, setTrouble] = useState('')
  const [attempt, setAttempt] = useState(1)
  const [film] = useState<Film>(() => ({
    id: sample.id,
    url: sampleUrl(sample.id),
    name: t('quiz.film', { number }),
    file: `film-${number}.jpeg`,
    sample: sample.id,
    image: () => getSample(sample.id),
  }))
  useEffect(() => {
    const request = new AbortController()
    const asking = { signal: request.signal, tell() {} }
    setPrediction(undefined)
    ask(film, { model: card.id, explain: card.explains }, asking).then(setPrediction, (cause) => {
      if (request.signal.aborted) return
      setTrouble(wordsOfTrouble(t, cause))
      setPrediction(null)
    })
    return () => request.abort()
  }, [attempt])
  const next = useRef<HTMLButtonElement>(null)
  const [negative] = card.labels
  const isIll = sample.label !== negative
  const isTold = said !== undefined && prediction !== undefined
  useEffect(() => {
    if (isTold) next.current?.focus()
  }, [isTold])
  return (
    <div className="turn">
      <p>{t('quiz.progress', { number, count })}</p>
      <progress max={count} value={number - 1} aria-label={t('quiz.progress', { number, count })} />
      <Viewer
        film={film}
        prediction={isTold ? (prediction ?? undefined) : undefined}
        isPositive={Boolean(isTold && prediction?.decision.positive)}
      />
      <div className="says">
        {said === undefined && (
          <div className="calls">
            <button type="button" onClick={() => setSaid(false)}>
              {t('quiz.normal')}
            </button>
            <button type="button" onClick={() => setSaid(true)}>
              {t('quiz.ill')}
            </button>
          </div>
        )}
        {said !== undefined && prediction === undefined && <p className="hint">{t('answer.waiting')}</p>}
        {said !== undefined && prediction !== undefined && (
          <div role="status">
            <p className={said === isIll ? 'done' : 'error'}>
              {t(said === isIll ? 'quiz.right' : 'quiz.wrong')}
            </p>
            <ul>
              <li>{t('quiz.you', { label: t(said ? 'quiz.ill' : 'quiz.normal') })}</li>
              <li>
                {prediction
                  ? t('quiz.model', {
                      label: label(prediction.label, card.findings),
                      probability: probability(prediction.decision.probability),
                    })
                  : `${t('quiz.unanswered')} ${trouble}`}
              </li>
              <li>{t('quiz.label', { label: label(sample.label, card.findings) })}</li>
            </ul>
            {!prediction && (
              <button type="button" onClick={() => setAttempt(attempt + 1)}>
                {t('answer.again')}
              </button>
            )}
            <button
              ref={next}
              type="button"
              className="main"
              onClick={() => onDone({ sample, positive: said, prediction: prediction ?? undefined })}
            >
              {t(number < count ? 'quiz.next' : 'quiz.results')}
            </button>
          </div>
        )}
      </div>
    </div>
  )
}

/** Both scores on the same films, and the model's on validation. */
function Scores({ calls, card, onRestart }: { calls: Call[]; card: Card; onRestart(): void }) {
  const { t, rate } = useSpeech()
  const isIll = ({ sample }: Call) => sample.label !== card.labels[0]
  const both = calls.filter(({ prediction }) => prediction)
  const yours = scoreOf(both.map((call) => call.positive === isIll(call)))
  const theirs = scoreOf(both.map((call) => call.prediction?.decision.positive === isIll(call)))
  const { validation } = card.metrics
  const [low, high] = validation?.intervals?.accuracy ?? []
  const interval = (from: number, to: number) => t('answer.interval', { low: rate(from), high: rate(to) })
  return (
    <>
      <h3>{t('quiz.score', { count: both.length })}</h3>
      <table data-testid="scores">
        <thead>
          <tr>
            <th scope="col">{t('quiz.who')}</th>
            <th scope="col">{t('quiz.correct')}</th>
            <th scope="col">{t('quiz.interval')}</th>
          </tr>
        </thead>
        <tbody>
          {[[t('quiz.yourself'), yours] as const, [t('quiz.theModel'), theirs] as const].map(
            ([who, score]) => (
              <tr key={who}>
                <th scope="row">{who}</th>
                <td>
                  {score.right}/{score.count} ({rate(score.share)})
                </td>
                <td>{interval(...score.interval)}</td>
              </tr>
            ),
          )}
          {validation?.accuracy != null && (
            <tr>
              <th scope="row">{t('quiz.onValidation', { images: validation.data?.images ?? '?' })}</th>
              <td>{rate(validation.accuracy)}</td>
              <td>{low != null && high != null ? interval(low, high) : '–'}</td>
            </tr>
          )}
        </tbody>
      </table>
      <p>{t('quiz.few', { count: both.length })}</p>
      <p>{t('quiz.optimistic')}</p>
      <button type="button" className="main" onClick={onRestart}>
        {t('quiz.restart')}
      </button>
    </>
  )
}
