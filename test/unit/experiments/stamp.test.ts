import { describe, expect, it } from 'vitest'
import { describeStamp, startStamp } from '../../../benchmarks/lib/stamp.ts'

describe('the stamp of a result', () => {
  it('has commit, date, data, machine, versions and load', () => {
    const stamp = startStamp()('2fcdef417bd10989')
    expect(stamp.commit ?? 'no clone').toMatch(/^([0-9a-f]{12}(-dirty)?|no clone)$/)
    expect(new Date(stamp.date as string).toISOString()).toBe(stamp.date)
    expect(stamp.data).toBe('2fcdef417bd10989')
    expect(stamp.machine?.cores).toBeGreaterThan(0)
    expect(stamp.machine?.memoryGiB).toBeGreaterThan(0)
    expect(Object.keys(stamp.versions as object)).toEqual(['node', 'sharp', 'tfjs'])
    expect(stamp.load?.before).toBeGreaterThanOrEqual(0)
    expect(stamp.load?.after).toBeGreaterThanOrEqual(0)
  })

  it('is described in one sentence', () => {
    const text = describeStamp({
      commit: '0123456789ab',
      date: '2026-11-26T10:00:00.000Z',
      data: 'abcd',
      machine: { cpu: 'AMD EPYC', cores: 2, memoryGiB: 7.8 },
      versions: { node: '22.23.3' },
      load: { before: 0.1, after: 2 },
    })
    expect(text).toBe(
      'Measured with: commit 0123456789ab, 2026-11-26, data abcd, AMD EPYC, 2 cores, 7.8 GiB, node 22.23.3, load 0.10 before and 2.00 after.',
    )
  })

  it('says what was not recorded instead of inventing it', () => {
    expect(describeStamp(null)).toBe('Commit, date and machine were not recorded.')
    expect(describeStamp({ machine: { cores: 2 } })).toBe(
      'Measured with: 2 cores. Commit and date were not recorded.',
    )
  })
})
