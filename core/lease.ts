/**
 * Leases: a run or a trial belongs to the process that holds its lease, and whoever lost it writes nothing any more. So each
 * has one result, whoever dies, pauses or comes back.
 */
import type { Lease } from './contract/run.ts'

/** How long a process that is not heard of keeps what it works on. */
export const LEASE_SECONDS = 60
export const HEARTBEAT_SECONDS = 10

/** Somebody else works on it by now, or nobody is to. */
export class LostLeaseError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'LostLeaseError'
  }
}

/**
 * @param now in milliseconds since 1970
 * @returns a lease that starts now
 */
export const newLease = (owner: string, token: string, now: number): Lease => ({
  owner,
  token,
  until: now + 1000 * LEASE_SECONDS,
})

/** @returns the lease, from now on anew */
export const renewedLease = ({ owner, token }: Lease, now: number): Lease => newLease(owner, token, now)

/** @returns whether nobody is heard of any more; false where there is no lease */
export const isExpired = (lease: Lease | null, now: number): boolean => lease !== null && lease.until <= now

/**
 * @param what the lease is on, for the error
 * @throws LostLeaseError unless it is held with this token
 */
export function assertHeld(
  lease: Lease | null | undefined,
  token: string,
  what: string,
): asserts lease is Lease {
  if (lease?.token !== token) throw new LostLeaseError(`${what} belongs to another process by now`)
}
