import { describe, expect, it } from 'vitest'
import { openFaults, type Report } from '../../../scripts/lib/advisories.ts'

const advisory = (url: string, severity: string) => ({
  source: 1,
  name: 'left-pad',
  title: 'It pads',
  url,
  severity,
})
const report: Report = {
  vulnerabilities: {
    'left-pad': { via: [advisory('https://a', 'high'), advisory('https://b', 'moderate')] },
    app: { via: ['left-pad', advisory('https://a', 'high')] },
  },
}
const today = new Date('2026-11-26T12:00:00Z')

describe('open faults of packages', () => {
  it('are severe advisories, each once', () =>
    expect(openFaults(report, [], today)).toEqual([
      { package: 'left-pad', severity: 'high', title: 'It pads', url: 'https://a' },
    ]))
  it.each([
    ['none until the exception is over', '2026-11-26', 0],
    ['there again after that', '2026-11-25', 1],
  ])('are %s', (_, until, count) =>
    expect(openFaults(report, [{ url: 'https://a', until, why: 'no input reaches it' }], today)).toHaveLength(
      count,
    ),
  )
})
