import { isInCanary } from '@zoidberg/core/channels.ts'
import { describe, expect, it } from 'vitest'
import { isNeeded, modelOfSlot, targetsOf } from '../../../../functions/src/serving/routing.ts'
import { channelOf } from '../support/channels.ts'

const everybody = { modelId: 'new', percent: 100 }
const channels = new Map([
  ['production', channelOf('one')],
  ['trial', channelOf('two', { previousModelId: 'zero' })],
  ['daring', channelOf('three', { previousModelId: 'two', canary: everybody })],
])
const modelsFor = (wanted?: string, caller?: string) =>
  targetsOf(channels, { wanted, caller }).map(({ modelId }) => modelId)

describe('a request', () => {
  it('means the production channel if it says nothing else', () => {
    expect(targetsOf(channels, {})).toEqual([
      { channel: 'production', modelId: 'one', slot: 'production', fallback: 'last-good' },
    ])
  })

  it('means the channel it names, whose model before answers where the model and its last good one fail', () => {
    expect(targetsOf(channels, { wanted: 'trial' })).toEqual([
      { channel: 'trial', modelId: 'two', slot: 'trial', fallback: 'last-good' },
      { channel: 'trial', modelId: 'zero', slot: 'trial/previous', fallback: 'none' },
    ])
  })

  it('of a canary’s caller means the canary first, then what the channel names', () => {
    expect(targetsOf(channels, { wanted: 'daring', caller: 'me' })).toEqual([
      { channel: 'daring', modelId: 'new', slot: 'daring/canary', fallback: 'next-target' },
      { channel: 'daring', modelId: 'three', slot: 'daring', fallback: 'last-good' },
      { channel: 'daring', modelId: 'two', slot: 'daring/previous', fallback: 'none' },
    ])
  })

  it('of nobody in particular never means a canary', () => {
    expect(modelsFor('daring', undefined)).toEqual(['three', 'two'])
    expect(modelsFor('daring', ''), 'but of a caller without a name it may').toEqual(['new', 'three', 'two'])
  })

  it('means a canary if the caller belongs to its share, and only then', () => {
    const canary = { modelId: 'new', percent: 30 }
    const shared = new Map([['production', channelOf('one', { canary })]])
    for (let i = 0; i < 100; i++) {
      const caller = `caller ${i}`
      const expected = isInCanary(caller, canary) ? 'new' : 'one'
      expect(targetsOf(shared, { caller })[0].modelId).toBe(expected)
    }
  })

  it.each([
    ['one', 'production', 'production'],
    ['three', 'daring', 'daring'],
    ['new', 'daring', 'daring/canary'],
  ])('for the model %s by its id means that model alone', (wanted, channel, slot) => {
    expect(targetsOf(channels, { wanted, caller: 'me' })).toEqual([
      { channel, modelId: wanted, slot, fallback: 'none' },
    ])
  })

  it('takes a name for a channel before it takes it for a model', () => {
    const confusing = new Map([
      ['production', channelOf('trial')],
      ['trial', channelOf('two')],
    ])
    expect(targetsOf(confusing, { wanted: 'trial' })[0].modelId).toBe('two')
  })

  it('for a model that no channel names finds nothing, and hears what to do', () => {
    expect(() => targetsOf(channels, { wanted: 'zero' })).toThrow(
      expect.objectContaining({ type: 'not-found', message: 'No channel names a model "zero".' }),
    )
    expect(() => targetsOf(channels, { wanted: 'stranger', hint: 'Start another server.' })).toThrow(
      'No channel names a model "stranger". Start another server.',
    )
    expect(() => targetsOf(channels, { wanted: 'x'.repeat(200) })).toThrow(`"${'x'.repeat(80)}"`)
  })

  it('finds nothing where nothing is published', () => {
    expect(() => targetsOf(new Map(), {})).toThrow(
      expect.objectContaining({
        type: 'model-unavailable',
        message: 'No model is published on channel production.',
      }),
    )
  })
})

describe('modelOfSlot', () => {
  it.each([
    ['daring', 'three'],
    ['daring/canary', 'new'],
    ['daring/previous', 'two'],
    ['production', 'one'],
    ['production/canary', undefined],
    ['production/previous', undefined],
    ['gone', undefined],
    ['gone/canary', undefined],
  ])('of %s is %s', (slot, modelId) => expect(modelOfSlot(channels, slot)).toBe(modelId))
})

describe('isNeeded', () => {
  it.each([
    ['what a channel names', 'daring', 'three', true],
    ['the last good model of a channel that names another', 'daring', 'old', true],
    ['the last good canary of a channel that has another', 'daring/canary', 'old', true],
    ['the model before', 'daring/previous', 'two', true],
    ['a model that was the one before', 'daring/previous', 'old', false],
    ['a canary that has ended', 'production/canary', 'new', false],
    ['the model of a channel that is gone', 'gone', 'one', false],
    ['the model before of a channel that has none any more', 'production/previous', 'zero', false],
  ])('of %s', (_, slot, modelId, expected) => expect(isNeeded(channels, slot, modelId)).toBe(expected))
})
