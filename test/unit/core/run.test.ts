import { type Run, runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { LEASE_SECONDS, LostLeaseError } from '@zoidberg/core/lease.ts'
import {
  causeOfDeath,
  claimRun,
  DEAD_AFTER_SECONDS,
  endRun,
  MAX_RUN_ATTEMPTS,
  queued,
  releaseRun,
  renewRun,
} from '@zoidberg/core/run.ts'
import { describe, expect, it } from 'vitest'

const config = runConfigSchema.parse({ command: 'train', dataset: 'xrays', model: 'cnn' })
const fresh = queued(config, 'me', 0)
const claimed = (run: Run, owner = 'a', token = 't', now = 0) => claimRun(run, owner, token, now) as Run

describe('a run', () => {
  it('is taken by the first process and refused to the others until its lease is over', () => {
    const run = claimed(fresh)
    expect(run).toMatchObject({ state: 'running', attempt: 1, heartbeat: 0 })
    expect(claimRun(run, 'b', 'u', 1000 * LEASE_SECONDS - 1)).toBe('taken')
    expect(claimRun(run, 'b', 'u', 1000 * LEASE_SECONDS)).toMatchObject({ attempt: 2 })
  })
  it('goes to the next attempt of the same task at once; what the last one still writes is refused', () => {
    const run = claimed(claimed(fresh), 'a', 'u', 1)
    expect(run).toMatchObject({ attempt: 2, lease: { token: 'u' } })
    expect(() => renewRun(run, 't', {}, 2)).toThrow(LostLeaseError)
    expect(() => releaseRun(run, 't', null)).toThrow(LostLeaseError)
    expect(renewRun(run, 'u', { modelId: 'm' }, 5)).toMatchObject({ heartbeat: 5, modelId: 'm' })
  })
  it('that was given back is free at once, and keeps the reason', () => {
    const back = releaseRun(claimed(fresh), 't', 'no memory')
    expect(back).toMatchObject({ lease: null, error: 'no memory', state: 'running' })
    expect(claimRun(back, 'b', 'u', 1)).toMatchObject({ attempt: 2 })
  })
  it('fails when its attempts are used up, with the last error', () => {
    let run = fresh
    for (let i = 0; i < MAX_RUN_ATTEMPTS; i++) run = releaseRun(claimed(run), 't', 'no memory')
    expect(claimRun(run, 'a', 't', 1)).toMatchObject({
      state: 'failed',
      error: 'the job died 4 times, the last time of: no memory',
    })
  })
  it('ends once', () => {
    const ended = endRun(claimed(fresh), 'cancelled', { error: 'cancelled by me' }, 7)
    expect(ended).toMatchObject({ state: 'cancelled', lease: null, endedAt: '1970-01-01T00:00:00.007Z' })
    expect(claimRun(ended, 'a', 't', 8)).toBe('ended')
    expect(() => renewRun(ended, 't', {}, 8)).toThrow('the run is cancelled')
    expect(() => renewRun(undefined, 't', {}, 8)).toThrow('the run is gone')
  })
  it('is given up without a sign of life, and only then', () => {
    const late = 1000 * DEAD_AFTER_SECONDS
    expect(causeOfDeath(fresh, late - 1)).toBeNull()
    expect(causeOfDeath(fresh, late)).toMatch(/never started: 15 minutes/)
    expect(causeOfDeath(claimed(fresh, 'a', 't', 1000), late)).toBeNull()
    expect(causeOfDeath(claimed(fresh), late)).toMatch(/no sign of life for 15 minutes/)
    expect(causeOfDeath(endRun(fresh, 'failed', {}, 0), 10 * late)).toBeNull()
  })
})
