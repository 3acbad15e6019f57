/** What the functions need of the world around them: Firebase, or the folder of this repository that `npm start` shows. */
import type { Channel } from '@zoidberg/core/contract/channel.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { AdminCallables, WarmUp } from '../admin/callables.ts'
import type { Tally } from '../serving/counters.ts'
import type { RateLimitOptions } from '../serving/rate-limit.ts'

export type Platform = {
  /** Models and samples, under the paths of the bucket. */
  store: ReadStore
  channels(): Promise<Map<string, Channel>>
  /** @returns the tallies that were not added, and are to be tried again later */
  addTallies(tallies: Tally[]): Promise<Tally[]>
  /** Takes tokens from a caller's bucket, which all instances share. */
  settle: RateLimitOptions['settle']
  /** @returns the app that a token of App Check is of; undefined if it is none */
  appOf(token: string): Promise<string | undefined>
  /** @returns the account that an ID token is of; undefined if it is none */
  accountOf(token: string): Promise<string | undefined>
  /** @returns whether whoever shows this ID token, or none, may hear how the server does */
  isOperator(token: string | undefined): Promise<boolean>
  createAdminCallables(warmUp: WarmUp): AdminCallables
  /** What to do where a caller asks for a model that no channel names; nothing where channels can be moved. */
  hint?: string
}
