import { expect, it } from 'vitest'
import { assertUnderCeiling } from '../../../../training/job/run-handle.ts'

it('a run ends at its ceiling, and not before', () => {
  const createdAt = '2026-11-26T10:00:00Z'
  const at = (minutes: number, maxMinutes?: number) => () =>
    assertUnderCeiling(
      { createdAt, config: { maxMinutes } as never },
      Date.parse(createdAt) + 60_000 * minutes,
    )
  expect(at(29, 30)).not.toThrow()
  expect(at(31, 30)).toThrow('the run has taken 30 minutes, which is its ceiling')
  expect(at(10_000)).not.toThrow()
})
