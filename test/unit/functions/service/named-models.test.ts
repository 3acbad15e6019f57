import { expect, it } from 'vitest'
import { namedModels } from '../../../../functions/src/service/named-models.ts'
import { channelOf } from '../support/channels.ts'

it('names every model that answers, production’s first, with all its channels', () => {
  const channels = new Map([
    ['alpha', channelOf('two')],
    ['production', channelOf('one', { canary: { modelId: 'two', percent: 5 }, previousModelId: 'zero' })],
    ['zulu', channelOf('one')],
  ])
  expect([...namedModels(channels)]).toEqual([
    ['one', ['production', 'zulu']],
    ['two', ['production (canary)', 'alpha']],
  ])
})

it('names none where there is no channel', () => expect(namedModels(new Map()).size).toBe(0))
