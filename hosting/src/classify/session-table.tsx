import type { Card } from '@zoidberg/core/contract/card.ts'
import { useState } from 'react'
import { type Chosen, decideAt } from '../answer/decide.ts'
import { type Row, save, toCsv, toJson } from '../answer/results.ts'
import type { Asked, Film } from '../film.ts'
import { useSpeech } from '../words/speak.ts'
import { countsOf, type Session } from './asking.ts'

type Props = {
  session: Session
  /** The model whose answers are listed, and the threshold they are read at. */
  model: string
  card?: Card
  chosen: Chosen
  shown?: string
  onShow(film: Film): void
  onClear(): void
}

type Column = 'file' | 'answer' | 'probability'
const COLUMNS: Column[] = ['file', 'answer', 'probability']
const STATES = {
  queued: 'session.queued',
  sending: 'session.sending',
  working: 'session.working',
  busy: 'session.busy',
  failed: 'session.failed',
  cancelled: 'session.failed',
  answered: 'session.answer',
} as const

/** All films of this session with their answers: sorted, shown again, saved. */
export function SessionTable({ session, model, card, chosen, shown, onShow, onClear }: Props) {
  const { t, label: wordsFor, probability: percent } = useSpeech()
  const [sorted, setSorted] = useState<{ by: Column; isDown: boolean }>()
  /** Of the model that is chosen now; else the newest of another, which the table then names. */
  const askedOf = ({ id }: Film): Asked =>
    session.answers[id]?.[model] ?? Object.values(session.answers[id] ?? {}).at(-1) ?? { state: 'queued' }
  const lines = session.films.map((film) => {
    const asked = askedOf(film)
    const decided =
      asked.state === 'answered' ? decideAt(asked.prediction.probabilities, chosen.threshold) : undefined
    return {
      film,
      asked,
      decided,
      answer: decided ? wordsFor(decided.label, card?.findings) : t(STATES[asked.state]),
    }
  })
  type Line = (typeof lines)[number]
  const keyOf = ({ film, answer, decided }: Line, by: Column): string | number =>
    by === 'file' ? film.name : by === 'answer' ? answer : (decided?.probability ?? -1)
  const inOrder = sorted
    ? lines.toSorted((a, b) => {
        const [x, y] = [keyOf(a, sorted.by), keyOf(b, sorted.by)]
        const order =
          typeof x === 'number' ? x - Number(y) : x.localeCompare(String(y), undefined, { numeric: true })
        return sorted.isDown ? -order : order
      })
    : lines
  const rows = (): Row[] =>
    lines.map(({ film, asked }) => ({
      file: film.file,
      ...(asked.state === 'answered' ? { prediction: asked.prediction } : {}),
      ...(asked.state === 'failed' ? { error: asked.words } : {}),
    }))
  const counts = countsOf(lines.map(({ asked }) => asked))
  return (
    <section className="session" aria-label={t('session.region')}>
      <header>
        <h2>{t('session.heading')}</h2>
        <p className="fine" role="status">
          {t('session.summary', { count: session.films.length, ...counts })}. {t('session.note')}
        </p>
        <div className="actions">
          <button type="button" onClick={() => save('zoidberg.csv', 'text/csv', toCsv(rows()))}>
            {t('session.csv')}
          </button>
          <button type="button" onClick={() => save('zoidberg.json', 'application/json', toJson(rows()))}>
            {t('session.json')}
          </button>
          <button type="button" onClick={onClear}>
            {t('session.clear')}
          </button>
        </div>
      </header>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <td />
              {COLUMNS.map((by) => (
                <th
                  key={by}
                  scope="col"
                  aria-sort={sorted?.by === by ? (sorted.isDown ? 'descending' : 'ascending') : undefined}
                >
                  <button
                    type="button"
                    className="plain"
                    onClick={() => setSorted({ by, isDown: sorted?.by === by && !sorted.isDown })}
                  >
                    {t(`session.${by}`)}
                  </button>
                </th>
              ))}
              <th scope="col">{t('session.warnings')}</th>
            </tr>
          </thead>
          <tbody>
            {inOrder.map(({ film, asked, decided, answer }) => (
              <tr key={film.id} aria-current={shown === film.id ? 'true' : undefined}>
                <td>
                  <button
                    type="button"
                    className="thumbnail"
                    aria-label={t('session.show', { name: film.name })}
                    onClick={() => onShow(film)}
                  >
                    <img src={film.url} alt="" width="40" height="40" loading="lazy" />
                  </button>
                </td>
                <th scope="row">{film.name}</th>
                <td className={decided && (decided.positive ? 'positive' : 'negative')}>
                  {answer}
                  {asked.state === 'answered' && card && asked.prediction.model.id !== card.id && (
                    <span className="fine"> {t('session.by', { id: asked.prediction.model.id })}</span>
                  )}
                </td>
                <td>{decided ? percent(decided.probability) : '–'}</td>
                <td>
                  {asked.state === 'answered' && asked.prediction.warnings.map(({ code }) => code).join(', ')}
                  {asked.state === 'failed' && asked.words}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
