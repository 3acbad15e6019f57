import { cardSchema } from '@zoidberg/core/contract/card.ts'
import { describe, expect, it } from 'vitest'
import { createCards, toCard } from '../../../../functions/src/service/cards.ts'
import { manifestFor } from '../../../support/models.ts'
import { channelOf } from '../support/channels.ts'
import { memoryStore } from '../support/memory-store.ts'

const FILES = [
  { name: 'model.json', size: 1, crc32c: '00000000' },
  { name: 'shard.bin', size: 1, crc32c: '00000000' },
]
const bytesOf = (id: string) => Buffer.from(JSON.stringify(manifestFor(id, 16, 'binary', FILES)))

function setUp() {
  const store = memoryStore(
    new Map([
      ['models/model-one/manifest.json', bytesOf('model-one')],
      ['models/model-broken/manifest.json', Buffer.from('{}')],
      ['models/model-unnamed/manifest.json', bytesOf('model-unnamed')],
    ]),
  )
  const channels = new Map([
    ['production', channelOf('model-one')],
    ['trial', channelOf('model-broken')],
  ])
  return createCards({ store, models: { channels: async () => channels } })
}

describe('a card', () => {
  it('says nothing of files, calibration and hyperparameters', () => {
    const manifest = { ...manifestFor('one', 16, 'binary', FILES) }
    const card = toCard(manifest, ['production'])
    expect(cardSchema.parse(card)).toEqual(card)
    expect(Object.keys(card)).not.toEqual(expect.arrayContaining(['files']))
    for (const secret of ['crc32c', 'calibration', 'hyperparameters', 'preprocessing'])
      expect(JSON.stringify(card)).not.toContain(secret)
  })

  it('says whether predictions can come with a map', () => {
    const manifest = manifestFor('one', 16)
    expect(toCard(manifest, []).explains).toBe(false)
    const outputs = { ...manifest.outputs, activationMap: 'map' }
    expect(toCard({ ...manifest, outputs }, []).explains).toBe(true)
  })

  it('is there for what a channel names', async () =>
    expect(await setUp().card('model-one')).toMatchObject({ id: 'model-one', channels: ['production'] }))

  it('is not there for what no channel names, published or not', async () => {
    const { card } = setUp()
    for (const id of ['model-unnamed', 'stranger', 'x'.repeat(200)])
      await expect(card(id)).rejects.toMatchObject({
        type: 'not-found',
        message: `No channel names a model "${id.slice(0, 80)}".`,
      })
  })

  it('that cannot be read is an error alone, and left out of the list', async () => {
    const { card, cards } = setUp()
    await expect(card('model-broken')).rejects.toMatchObject({
      type: 'model-unavailable',
      message: 'The card of model model-broken cannot be read.',
    })
    expect((await cards()).map(({ id }) => id)).toEqual(['model-one'])
  })
})
