import { useEffect, useState } from 'react'
import { callAdmin } from './firebase.ts'

export type Day = {
  modelId: string
  day: string
  requests: number
  errors: number
  milliseconds: number
  positives: number
}

const PAUSE_MS = 20_000

/** @returns what the models did day by day, at most half a minute old; undefined until it is known */
export function useCounters(modelIds: string[], onError: (cause: unknown) => void): Day[] | undefined {
  const [days, setDays] = useState<Day[]>()
  const wanted = modelIds.join()
  useEffect(() => {
    let isWanted = true
    const read = () =>
      callAdmin<{ days: Day[] }>('readCounters', { modelIds: wanted.split(',') }).then((answer) => {
        if (isWanted) setDays(answer.days)
      }, onError)
    void read()
    const timer = setInterval(read, PAUSE_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [wanted, onError])
  return days
}
