/** How good a reader is on so many films. Pure. */
import { wilson } from '@zoidberg/core/contract/wilson.ts'

/** @property interval of 95 %, by Wilson (1927): each film is of another child */
export type Score = { right: number; count: number; share: number; interval: [low: number, high: number] }

/** @returns the share of right calls with its interval; of no film, from nothing to all */
export function scoreOf(calls: readonly boolean[]): Score {
  const count = calls.length
  const right = calls.filter(Boolean).length
  if (count === 0) return { right, count, share: Number.NaN, interval: [0, 1] }
  const share = right / count
  return { right, count, share, interval: wilson(share, count) }
}

/** @returns the same in a random order (Fisher & Yates) */
export function shuffled<T>(values: readonly T[], random: () => number = Math.random): T[] {
  const all = [...values]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[all[i], all[j]] = [all[j], all[i]]
  }
  return all
}
