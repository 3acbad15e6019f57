import { describe, expect, it } from 'vitest'
import { createGallery } from '../../../../functions/src/service/gallery.ts'
import { channelOf } from '../support/channels.ts'
import { memoryStore } from '../support/memory-store.ts'

const index = (name: string) =>
  Buffer.from(JSON.stringify({ synthetic: false, samples: [{ name, label: 'VIRUS' }] }))
const store = memoryStore(
  new Map([
    ['samples/model-one/index.json', index('001')],
    ['samples/model-one/001.jpeg', Buffer.from('film one')],
    ['samples/model-two/002.jpeg', Buffer.from('film two')],
    ['samples/model-three/003.jpeg', Buffer.from('film three')],
  ]),
)
const galleryWith = (channels: Record<string, string>) => {
  const named = new Map(Object.entries(channels).map(([name, id]) => [name, channelOf(id)]))
  return createGallery({ store, models: { channels: async () => named } })
}

describe('the gallery', () => {
  it('shows the samples of the model that production names', async () => {
    const { gallery } = galleryWith({ trial: 'model-two', production: 'model-one' })
    expect(await gallery()).toEqual({
      synthetic: false,
      samples: [{ id: 'model-one.001', label: 'VIRUS' }],
    })
  })

  it('is empty where production names no model, or one without samples', async () => {
    const empty = { synthetic: false, samples: [] }
    expect(await galleryWith({ trial: 'model-one' }).gallery()).toEqual(empty)
    expect(await galleryWith({ production: 'model-two' }).gallery()).toEqual(empty)
  })

  it('gives samples of every model that a channel names, and of no other', async () => {
    const { sample } = galleryWith({ production: 'model-one', trial: 'model-two' })
    expect(Buffer.from(await sample('model-one.001')).toString()).toBe('film one')
    expect(Buffer.from(await sample('model-two.002')).toString()).toBe('film two')
    await expect(sample('model-three.003')).rejects.toMatchObject({
      type: 'not-found',
      message: 'There is no sample "model-three.003".',
    })
  })
})
