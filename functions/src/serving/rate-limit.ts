/**
 * How often one caller may ask, on all instances together. An instance counts what a caller takes, and settles a few images
 * at a time with the bucket that all instances share: so a caller gets at most `UNSETTLED` images more than the limit from
 * each instance, and a Firestore write serves as many.
 */
import { createHash } from 'node:crypto'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { Taken } from './token-bucket.ts'

/** Images of one caller that an instance answers before it asks the shared bucket. */
export const UNSETTLED = 6
/** Callers that an instance remembers; who has not asked for longest is forgotten first. */
const MAX_CALLERS = 10_000

/** Who pays: `key` stays the same for one account, app or address. */
export type Payer = { key: string; perMinute: number }

export type RateLimitOptions = {
  /** Takes tokens from the bucket that all instances share. */
  settle(key: string, count: number, perMinute: number): Promise<Taken>
  /** Hears why the shared bucket could not be asked; the caller is answered then. */
  onFailure(error: Error): void
  now?(): number
}

type Account = { unsettled: number; blockedUntil: number }

export type RateLimit = ReturnType<typeof createRateLimit>

/** @returns `pay`, which every image is paid with before anything is done for it */
export function createRateLimit({ settle, onFailure, now = Date.now }: RateLimitOptions) {
  const accounts = new Map<string, Account>()

  function accountOf(key: string): Account {
    const account = accounts.get(key) ?? { unsettled: 0, blockedUntil: 0 }
    accounts.delete(key)
    accounts.set(key, account) // the last is the newest
    if (accounts.size > MAX_CALLERS) accounts.delete(accounts.keys().next().value as string)
    return account
  }

  return {
    /**
     * Counts images against a caller's limit.
     *
     * @throws ZoidbergError too-many-requests, with the seconds after which there are enough tokens again
     */
    async pay({ key, perMinute }: Payer, images: number): Promise<void> {
      if (perMinute <= 0) return
      const hashed = createHash('sha256').update(key).digest('hex').slice(0, 32)
      const account = accountOf(hashed)
      if (account.blockedUntil > now()) throw refuse(Math.ceil((account.blockedUntil - now()) / 1000))
      account.unsettled += images
      if (account.unsettled < UNSETTLED) return
      const count = account.unsettled
      account.unsettled = 0
      const taken = await settle(hashed, count, perMinute).catch((error): Taken => {
        onFailure(error)
        return { granted: true }
      })
      if (taken.granted) return
      account.unsettled += count - images // what was answered is still to be paid
      account.blockedUntil = now() + 1000 * taken.retryAfter
      throw refuse(taken.retryAfter)
    },
  }
}

const refuse = (retryAfter: number): ZoidbergError =>
  new ZoidbergError('too-many-requests', `You have asked too often. Try again in ${retryAfter} s.`, {
    retryAfter,
  })
