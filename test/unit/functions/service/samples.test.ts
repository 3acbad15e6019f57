import { describe, expect, it } from 'vitest'
import { readGallery, readSample } from '../../../../functions/src/service/samples.ts'
import { memoryStore } from '../support/memory-store.ts'

const store = memoryStore()
store.objects.set('samples/model-one/001.jpeg', Buffer.from('film'))
store.objects.set(
  'samples/model-one/index.json',
  Buffer.from('{"synthetic":true,"samples":[{"name":"../001"}]}'),
)

describe('readSample', () => {
  it('gives the bytes of a sample', async () =>
    expect(Buffer.from(await readSample(store, 'model-one.001')).toString()).toBe('film'))

  it.each([
    'model-one.002',
    'model-one',
    'model-one.',
    'model-one.001.jpeg',
    'model-one.../index',
    '../models.001',
    'MODEL.001',
    '',
  ])('knows no %j', async (id) => expect(readSample(store, id)).rejects.toMatchObject({ type: 'not-found' }))
})

it('readGallery takes no index whose names could lead elsewhere', async () =>
  expect(readGallery(store, 'model-one')).rejects.toThrow(/name/))
