import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { findDrift } from '../../../../functions/src/admin/find-drift.ts'
import { memoryStore } from '../support/memory-store.ts'

const root = join(import.meta.dirname, '../../../..')
const manifest = await readFile(join(root, 'models/default/manifest.json'))
const { id } = JSON.parse(manifest.toString())
const store = memoryStore(
  new Map([
    [`models/${id}/manifest.json`, manifest],
    ['models/broken/manifest.json', Buffer.from('{}')],
  ]),
)
const NOW = Date.parse('2026-11-26T10:00:00Z')

/** Channels that name models, and what was counted of each today. */
const world = (tenths: Record<string, number>, ...models: string[]) => ({
  firestore: {
    collection: () => ({
      get: async () => ({ docs: models.map((modelId) => ({ id: modelId, data: () => ({ modelId }) })) }),
    }),
  } as never,
  serving: {
    doc: (path: string) => ({
      get: async () => ({ exists: path.endsWith('2026-11-26'), data: () => ({ probability: tenths }) }),
    }),
  } as never,
  store,
  now: NOW,
})

describe('drift', () => {
  const like = { p0: 250, p3: 8, p9: 750 }
  const unlike = { p0: 250, p3: 80, p5: 40, p9: 650 }

  it('is found where more answers are uncertain than on validation, beyond chance', async () => {
    const onUnreadable = vi.fn()
    expect(await findDrift({ ...world(like, id), onUnreadable })).toEqual([])
    expect(await findDrift({ ...world(unlike, id), onUnreadable })).toMatchObject([
      { model: id, uncertain: 120, answers: 1020, images: 1048 },
    ])
    expect(onUnreadable).not.toHaveBeenCalled()
  })

  it('of one model is found also where another cannot be read', async () => {
    const onUnreadable = vi.fn()
    const found = await findDrift({ ...world(unlike, 'broken', id), onUnreadable })
    expect(found.map(({ model }) => model)).toEqual([id])
    expect(onUnreadable.mock.calls).toEqual([['broken', expect.any(Error)]])
  })
})
