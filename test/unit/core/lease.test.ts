import {
  assertHeld,
  isExpired,
  LEASE_SECONDS,
  LostLeaseError,
  newLease,
  renewedLease,
} from '@zoidberg/core/lease.ts'
import { describe, expect, it } from 'vitest'

const END = 1000 * LEASE_SECONDS

describe('a lease', () => {
  it('starts now, and starts anew for the same owner when it is renewed', () => {
    const lease = newLease('a', 't', 5)
    expect(lease).toEqual({ owner: 'a', token: 't', until: 5 + END })
    expect(renewedLease(lease, 7)).toEqual({ owner: 'a', token: 't', until: 7 + END })
  })
  it('is over at its last moment, and not before; nothing is over where there is none', () => {
    const lease = newLease('a', 't', 0)
    expect([END - 1, END, END + 1].map((now) => isExpired(lease, now))).toEqual([false, true, true])
    expect(isExpired(null, END)).toBe(false)
  })
  it('is held by its token alone', () => {
    expect(() => assertHeld(newLease('a', 't', 0), 't', 'the run')).not.toThrow()
    for (const lease of [newLease('a', 'u', 0), null, undefined])
      expect(() => assertHeld(lease, 't', 'the run')).toThrow(
        new LostLeaseError('the run belongs to another process by now'),
      )
  })
})
