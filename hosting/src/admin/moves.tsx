/** The buttons that change which model answers. Each says first what follows from it, for whom, and how to undo it. */

import type { Channel } from '@zoidberg/core/contract/channel.ts'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useSpeech } from '../words/speak.ts'
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

type Candidate = Mover & { modelId: string; why: string; channel?: Named; comparison?: Comparison }

/** The button that lets a model answer everybody. */
export function Promote({ modelId: id, why, channel, comparison, by, act }: Candidate) {
  const { t } = useSpeech()
  const isThere = channel?.modelId === id
  return (
    <Confirm
      label={t('moves.promote')}
      act={t('moves.promoteAct', { id })}
      onConfirm={() => act('promote', { modelId: id, why }, t('moves.promoted', { id }))}
    >
      <Consequences
        now={nowOf(t, channel)}
        then={sentences(t('moves.answersAll', { id }), endOf(t, channel))}
        compared={comparison ? comparisonWords(t, comparison) : t('moves.nobodyCompared')}
        by={by}
        undo={isThere || !channel ? t('moves.noWayBack') : t('moves.pressRollBack', { id: channel.modelId })}
      />
    </Confirm>
  )
}

/** The button that lets a model answer a share of the callers. */
export function StartCanary({ modelId: id, why, channel, comparison, by, act }: Candidate) {
  const { t } = useSpeech()
  const [percent, setPercent] = useState(CANARY_PERCENT)
  const rest = channel?.modelId ?? t('moves.noModelName')
  return (
    <Confirm
      label={t('moves.canary')}
      act={t('moves.canaryAct', { id, percent })}
      onConfirm={() => act('setCanary', { modelId: id, percent, why }, t('moves.canaryIs', { id, percent }))}
    >
      <label className="slider">
        {t('moves.share')}: {percent} %
        <input
          type="range"
          min={1}
          max={MAX_CANARY_PERCENT}
          value={percent}
          aria-label={t('moves.share')}
          onChange={({ target }) => setPercent(Number(target.value))}
        />
      </label>
      <Consequences
        now={nowOf(t, channel)}
        then={sentences(t('moves.answersShare', { id, percent, rest }), endOf(t, channel))}
        compared={comparison && comparisonWords(t, comparison)}
        by={by}
        undo={t('moves.pressEnd')}
      />
    </Confirm>
  )
}

/** The button that ends a canary. */
export function EndCanary({ channel, by, act }: Mover & { channel: Named }) {
  const { t } = useSpeech()
  const id = channel.canary?.modelId
  return (
    <Confirm
      label={t('moves.endCanary')}
      act={t('moves.endCanaryAct', { id })}
      onConfirm={() => act('setCanary', { channel: channel.id, percent: 0 }, t('moves.canaryEnded'))}
    >
      <Consequences
        now={nowOf(t, channel)}
        then={t('moves.answersAll', { id: channel.modelId })}
        by={by}
        undo={t('moves.pressCanary', { id })}
      />
    </Confirm>
  )
}

/** The button that goes back to the model before. */
export function RollBack({ channel, by, act }: Mover & { channel: Named }) {
  const { t } = useSpeech()
  const { modelId, previousModelId: id } = channel
  return (
    <Confirm
      label={t('moves.rollBack')}
      act={t('moves.rollBackAct', { id })}
      onConfirm={() =>
        act('rollback', { channel: channel.id }, t('moves.rolledBack', { channel: channel.id, id }))
      }
    >
      <Consequences
        now={nowOf(t, channel)}
        then={sentences(t('moves.answersAll', { id }), endOf(t, channel))}
        by={by}
        undo={t('moves.promoteAgain', { id: modelId })}
      />
    </Confirm>
  )
}

const sentences = (...all: string[]): string => all.filter(Boolean).join(' ')

function nowOf(t: TFunction, channel: Named | undefined): string {
  if (!channel) return t('moves.noModel')
  const { id, modelId, canary } = channel
  return sentences(
    t('moves.answersOn', { id: modelId, channel: id }),
    canary ? t('moves.asCanary', { id: canary.modelId, percent: canary.percent }) : '',
  )
}

const endOf = (t: TFunction, channel: Named | undefined): string =>
  channel?.canary ? t('moves.canaryEnds', { id: channel.canary.modelId }) : ''

type Following = { now: string; then: string; compared?: string; by: string; undo: string }

function Consequences({ now, then, compared, by, undo }: Following) {
  const { t } = useSpeech()
  return (
    <dl className="facts">
      <dt>{t('moves.now')}</dt>
      <dd>{now}</dd>
      <dt>{t('moves.after')}</dt>
      <dd>{then}</dd>
      {compared && (
        <>
          <dt>{t('moves.compared')}</dt>
          <dd>{compared}</dd>
        </>
      )}
      <dt>{t('moves.kept')}</dt>
      <dd>{t('moves.audit', { who: by })}</dd>
      <dt>{t('moves.undo')}</dt>
      <dd>{undo}</dd>
    </dl>
  )
}
