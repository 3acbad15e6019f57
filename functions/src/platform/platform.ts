/** What the functions need of the world around them: Firebase, or the folder of this repository that `npm start` shows. */
import type { Channel } from '@zoidberg/core/contract/channel.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { AdminCallables, WarmUp } from '../admin/callables.ts'
import type { Tally } from '../serving/counters.ts'

export type Platform = {
  /** Models and samples, under the paths of the bucket. */
  store: ReadStore
  channels(): Promise<Map<string, Channel>>
  addTallies(tallies: Tally[]): Promise<void>
  isAppCheckToken(token: string): Promise<boolean>
  createAdminCallables(warmUp: WarmUp): AdminCallables
  /** What to do where a caller asks for a model that no channel names; nothing where channels can be moved. */
  hint?: string
}
