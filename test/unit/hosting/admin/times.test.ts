import { describe, expect, it } from 'vitest'
import { duration, leftOf, spanOf } from '../../../../hosting/src/admin/times.ts'
import { speaking } from '../support/speak.ts'

const t = speaking('en')

describe('times of runs', () => {
  it('are words', () =>
    expect([20_000, 12 * 60_000, 65 * 60_000].map((span) => duration(t, span))).toEqual([
      'under a minute',
      '12 min',
      '1 h 5 min',
    ]))
  it('span two moments', () =>
    expect(spanOf(t, '2026-11-26T10:00:00Z', '2026-11-26T10:42:00Z')).toBe('42 min'))
  it('say what is left of a phase at its pace, and nothing where nobody can know', () => {
    const createdAt = '2026-11-26T10:00:00Z'
    const heartbeat = Date.parse('2026-11-26T10:30:00Z')
    const at = (done: number, total: number) =>
      leftOf(t, { createdAt, heartbeat, progress: { phase: 'training', done, total, note: '' } })
    expect(at(3, 12)).toBe('about 1 h 30 min left')
    expect([at(1, 100), at(12, 12), at(0, 0)]).toEqual([undefined, undefined, undefined])
    expect(leftOf(t, { createdAt, heartbeat: null, progress: null })).toBeUndefined()
  })
})
