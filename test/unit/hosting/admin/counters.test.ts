import { expect, it } from 'vitest'
import { percentileOf } from '../../../../hosting/src/admin/counters.ts'

it.each<[Record<string, number>[], string]>([
  [[{ to25: 90, to50: 6, slower: 4 }], '≤ 50'],
  [[{ to25: 94 }, { to1000: 1, slower: 5 }], '≤ 1000'],
  [[{ to25: 1 }], '≤ 25'],
  [[{ to250: 1, slower: 9 }], '> 250'],
  [[{}], '–'],
  [[], '–'],
])('the 95th percentile of %j lies %s', (latencies, expected) =>
  expect(
    percentileOf(
      latencies.map((latency) => ({ latency })),
      0.95,
    ),
  ).toBe(expected),
)
