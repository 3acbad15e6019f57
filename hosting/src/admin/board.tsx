import type { Channel } from '@zoidberg/core/contract/channel.ts'
import type { Run } from '@zoidberg/core/contract/run.ts'
import { Channels } from './channels.tsx'
import { Models } from './models.tsx'
import type { Mover } from './moves.tsx'
import { Runs } from './runs.tsx'
import { type Session, useNewest } from './session.ts'
import { Start } from './start.tsx'

const MAX_CHANNELS = 20
const MAX_RUNS = 20

/** @property say shows what went wrong in something that somebody asked for */
type BoardProps = Mover & { session: Session; say(cause: unknown): void }

/** What an admin sees and does. */
export function Board({ session, by, act, say }: BoardProps) {
  const channels = useNewest<Channel>(session, 'channels', null, MAX_CHANNELS)
  const runs = useNewest<Run>(session, 'runs', 'createdAt', MAX_RUNS)
  const shared = { session, channels, by, act }
  const published = runs?.flatMap(({ modelId }) => modelId ?? []).join() ?? ''
  return (
    <>
      <div>
        <Start act={act} onError={say} />
        <Channels say={say} {...shared} />
        <Models published={published} onError={say} />
      </div>
      <Runs runs={runs} {...shared} />
    </>
  )
}
