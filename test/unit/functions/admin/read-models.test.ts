import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { listModels, readModel } from '../../../../functions/src/admin/read-models.ts'
import { memoryStore } from '../support/memory-store.ts'

const root = join(import.meta.dirname, '../../../..')
const firestore = { collection: () => ({ get: async () => ({ docs: [] }) }) } as never
const manifest = await readFile(join(root, 'models/default/manifest.json'))
const { id } = JSON.parse(manifest.toString())
let store: ReturnType<typeof memoryStore>

beforeEach(() => {
  store = memoryStore(
    new Map<string, Uint8Array>([
      [`models/${id}/manifest.json`, manifest],
      [`models/${id}/report/history.json`, Buffer.from('[{"epoch":1}]')],
      [`models/${id}/report/report.html`, Buffer.from('<h1>report</h1>')],
      ['models/half/model.json', Buffer.from('{}')],
    ]),
  )
})

describe('what admins see of models', () => {
  it('are those that are published as a whole', async () =>
    expect((await listModels(store)).models.map((model) => model.id)).toEqual([id]))

  it('is the card, how it was made, and the report where it is wanted', async () => {
    const { card, lineage, history, report } = await readModel(firestore, store, {
      modelId: id,
      report: false,
    })
    expect(card).toMatchObject({ id, channels: [] })
    expect(lineage).toMatchObject({ command: expect.any(String), hyperparameters: expect.any(Object) })
    // Which images a model saw is told to nobody: the digests are of patients' films.
    expect(lineage).not.toHaveProperty('images')
    expect([history, report]).toEqual([[{ epoch: 1 }], undefined])
    expect(await readModel(firestore, store, { modelId: id, report: true })).toMatchObject({
      report: '<h1>report</h1>',
    })
  })

  it('is refused where there is no such model', () =>
    expect(readModel(firestore, store, { modelId: 'half', report: false })).rejects.toMatchObject({
      type: 'not-found',
    }))
})
