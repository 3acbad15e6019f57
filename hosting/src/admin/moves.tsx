/** The buttons that change which model answers. Each says first what follows from it, for whom, and how to undo it. */

import type { Channel } from '@zoidberg/core/contract/channel.ts'
import { useState } from 'react'
import type { Act } from './act.ts'
import { type Comparison, comparisonWords } from './comparison.ts'
import { Confirm } from './confirm.tsx'

export type Named = Channel & { id: string }
/** @property by e-mail of the admin */
export type Mover = { by: string; act: Act }

/** Where a run's model goes. */
export const PRODUCTION = 'production'
const CANARY_PERCENT = 10
/** More is no trial any more: promote instead. */
const MAX_CANARY_PERCENT = 50
/** The backend believes what it knows of a channel for so long. */
const FROM_WHEN = 'Within 30 seconds'

type Candidate = Mover & { modelId: string; why: string; channel?: Named; comparison?: Comparison }

/** The button that lets a model answer everybody. */
export function Promote({ modelId, why, channel, comparison, by, act }: Candidate) {
  const isThere = channel?.modelId === modelId
  return (
    <Confirm
      label="Promote"
      act={`Promote ${modelId}`}
      onConfirm={() => act('promote', { modelId, why }, `${modelId} is promoted.`)}
    >
      <Consequences
        now={nowOf(channel)}
        then={`${FROM_WHEN} ${modelId} answers everybody who asks for no other model.${endOf(channel)}`}
        compared={comparison ? comparisonWords(comparison) : 'Nobody compared it with another model.'}
        by={by}
        undo={
          isThere || !channel
            ? 'There is no model to go back to. Promote another one instead.'
            : `Press Roll back. Then ${channel.modelId} answers again.`
        }
      />
    </Confirm>
  )
}

/** The button that lets a model answer a share of the callers. */
export function StartCanary({ modelId, why, channel, comparison, by, act }: Candidate) {
  const [percent, setPercent] = useState(CANARY_PERCENT)
  return (
    <Confirm
      label="Canary"
      act={`Let ${modelId} answer ${percent} % of the callers`}
      onConfirm={() =>
        act('setCanary', { modelId, percent, why }, `${modelId} answers ${percent} % of the callers.`)
      }
    >
      <label className="slider">
        Share of the callers: {percent} %
        <input
          type="range"
          min={1}
          max={MAX_CANARY_PERCENT}
          value={percent}
          aria-label="Share of the callers"
          onChange={({ target }) => setPercent(Number(target.value))}
        />
      </label>
      <Consequences
        now={nowOf(channel)}
        then={`${FROM_WHEN} ${modelId} answers ${percent} % of the callers, always the same ones. ${channel?.modelId ?? 'No model'} answers the others.${endOf(channel)}`}
        compared={comparison && comparisonWords(comparison)}
        by={by}
        undo="Press End canary."
      />
    </Confirm>
  )
}

/** The button that ends a canary. */
export function EndCanary({ channel, by, act }: Mover & { channel: Named }) {
  const canary = channel.canary?.modelId
  return (
    <Confirm
      label="End canary"
      act={`End the canary of ${canary}`}
      onConfirm={() => act('setCanary', { channel: channel.id, percent: 0 }, 'The canary has ended.')}
    >
      <Consequences
        now={nowOf(channel)}
        then={`${FROM_WHEN} ${channel.modelId} answers everybody who asks for no other model.`}
        by={by}
        undo={`Press Canary at the run of ${canary}.`}
      />
    </Confirm>
  )
}

/** The button that goes back to the model before. */
export function RollBack({ channel, by, act }: Mover & { channel: Named }) {
  const { id, modelId, previousModelId } = channel
  return (
    <Confirm
      label="Roll back"
      act={`Roll back to ${previousModelId}`}
      onConfirm={() => act('rollback', { channel: id }, `${id} is back at ${previousModelId}.`)}
    >
      <Consequences
        now={nowOf(channel)}
        then={`${FROM_WHEN} ${previousModelId} answers everybody who asks for no other model.${endOf(channel)}`}
        by={by}
        undo={`Promote ${modelId} again at its run. There is no second step back.`}
      />
    </Confirm>
  )
}

function nowOf(channel: Named | undefined): string {
  if (!channel) return 'No model answers.'
  const { id, modelId, canary } = channel
  const share = canary ? ` ${canary.modelId} answers ${canary.percent} % of its callers as a canary.` : ''
  return `${modelId} answers on the channel ${id}.${share}`
}

const endOf = (channel: Named | undefined): string =>
  channel?.canary ? ` The canary of ${channel.canary.modelId} ends.` : ''

type Following = { now: string; then: string; compared?: string; by: string; undo: string }

const Consequences = ({ now, then, compared, by, undo }: Following) => (
  <dl className="facts">
    <dt>Now</dt>
    <dd>{now}</dd>
    <dt>Then</dt>
    <dd>{then}</dd>
    {compared && (
      <>
        <dt>Compared</dt>
        <dd>{compared}</dd>
      </>
    )}
    <dt>Kept</dt>
    <dd>The audit trail keeps that {by} did this, and when.</dd>
    <dt>To undo</dt>
    <dd>{undo}</dd>
  </dl>
)
