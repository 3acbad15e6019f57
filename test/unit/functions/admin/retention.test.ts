import { describe, expect, it } from 'vitest'
import { collectable, KEPT_DAYS, KEPT_MODELS } from '../../../../functions/src/admin/retention.ts'

describe('retention', () => {
  const day = 86_400_000
  const now = 100 * day
  const model = (id: string, age: number, whole = true) => [
    { path: `models/${id}/model.json`, updated: now - age * day },
    ...(whole ? [{ path: `models/${id}/manifest.json`, updated: now - age * day }] : []),
  ]
  const many = Array.from({ length: 15 }, (_, i) => model(`m${i}`, KEPT_DAYS + 1 + i)).flat()
  it('keeps the newest ten and deletes older ones', () => {
    expect(collectable(many, new Set(), now)).toEqual(['m10', 'm11', 'm12', 'm13', 'm14'])
    expect(KEPT_MODELS).toBe(10)
  })
  it('never touches what a channel names', () => {
    expect(collectable(many, new Set(['m12', 'm14']), now)).toEqual(['m10', 'm11', 'm13'])
  })
  it('keeps everything young, however much there is', () => {
    const young = Array.from({ length: 15 }, (_, i) => model(`y${i}`, KEPT_DAYS - 1)).flat()
    expect(collectable(young, new Set(), now)).toEqual([])
  })
  it('deletes what a killed publish left, after a day', () => {
    expect(collectable([...model('half', 2, false), ...model('now', 0.5, false)], new Set(), now)).toEqual([
      'half',
    ])
  })
})
