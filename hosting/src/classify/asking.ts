/** The films of this session and their answers, in memory only: gone with the tab. */
import pLimit from 'p-limit'
import { useCallback, useMemo, useReducer, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ask } from '../api.ts'
import { type Asked, type Film, isOver } from '../film.ts'
import { wordsOfTrouble } from '../words/trouble.ts'

/** Files that are on the way at a time: more gain nothing against a server that works on two. */
const AT_ONCE = 2

/** By film, then by model. */
export type Answers = Readonly<Record<string, Readonly<Record<string, Asked>>>>
type State = { films: readonly Film[]; answers: Answers }
type Action =
  | { type: 'added'; films: readonly Film[] }
  | { type: 'told'; film: string; model: string; asked: Asked }
  | { type: 'cleared' }

const EMPTY: State = { films: [], answers: {} }

function reduce(state: State, action: Action): State {
  if (action.type === 'cleared') return EMPTY
  if (action.type === 'added') {
    const isNew = ({ id }: Film) => !state.films.some((film) => film.id === id)
    return { ...state, films: [...state.films, ...action.films.filter(isNew)] }
  }
  const { film, model, asked } = action
  if (!state.films.some(({ id }) => id === film)) return state // cleared meanwhile
  return { ...state, answers: { ...state.answers, [film]: { ...state.answers[film], [model]: asked } } }
}

/** @returns the session: its films, the answers to them, and what adds, asks, cancels and forgets */
export function useSession() {
  const [state, dispatch] = useReducer(reduce, EMPTY)
  const limit = useMemo(() => pLimit(AT_ONCE), [])
  const { t } = useTranslation()
  const requests = useRef(new Map<string, AbortController>())

  const add = useCallback((films: readonly Film[]) => dispatch({ type: 'added', films }), [])

  const askAbout = useCallback(
    (film: Film, model: string, options: { explain: boolean }) => {
      const key = `${film.id} ${model}`
      requests.current.get(key)?.abort()
      const request = new AbortController()
      requests.current.set(key, request)
      const { signal } = request
      const tell = (asked: Asked) => signal.aborted || dispatch({ type: 'told', film: film.id, model, asked })
      tell({ state: 'queued' })
      return limit(async () => {
        if (signal.aborted) return
        const prediction = await ask(film, { model, ...options }, { signal, tell })
        tell({ state: 'answered', prediction })
      }).catch((cause) => tell({ state: 'failed', words: wordsOfTrouble(t, cause) }))
    },
    [limit, t],
  )

  const cancel = useCallback((film: Film, model: string) => {
    const key = `${film.id} ${model}`
    requests.current.get(key)?.abort()
    dispatch({ type: 'told', film: film.id, model, asked: { state: 'cancelled' } })
  }, [])

  const clear = useCallback(() => {
    for (const request of requests.current.values()) request.abort()
    requests.current.clear()
    for (const { url, sample } of state.films) if (!sample) URL.revokeObjectURL(url)
    dispatch({ type: 'cleared' })
  }, [state.films])

  return { ...state, add, ask: askAbout, cancel, clear }
}

export type Session = ReturnType<typeof useSession>

/** @returns how many questions have an answer, and how many will have none */
export function countsOf(asked: readonly Asked[]) {
  const of = (test: (one: Asked) => boolean) => asked.filter(test).length
  return {
    answered: of(({ state }) => state === 'answered'),
    failed: of((one) => isOver(one) && one.state !== 'answered'),
  }
}
