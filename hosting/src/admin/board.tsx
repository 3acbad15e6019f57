import type { Channel } from '@zoidberg/core/contract/channel.ts'
import { Channels } from './channels.tsx'
import type { Mover } from './moves.tsx'
import { Runs } from './runs.tsx'
import { type Session, useNewest } from './session.ts'
import { Start } from './start.tsx'

const MAX_CHANNELS = 20

/** What an admin sees and does. */
export function Board({ session, by, act }: { session: Session } & Mover) {
  const channels = useNewest<Channel>(session, 'channels', null, MAX_CHANNELS)
  const shared = { session, channels, by, act }
  return (
    <>
      <div>
        <Start act={act} />
        <Channels {...shared} />
      </div>
      <Runs {...shared} />
    </>
  )
}
