/** Who pays for the images of a request: an account, an app at an address, or an address alone. */
import type { Payer } from './serving/rate-limit.ts'

/** What is known of a caller, all of it verified but the address. */
export type Known = { uid?: string; app?: string; address: string }
/** Images a minute of who shows nothing, and of who has an account or an app. */
export type Rates = { anonymous: number; known: number }

/** @returns whom the images of a caller are counted for, and how many a minute there may be */
export function payerOf({ uid, app, address }: Known, { anonymous, known }: Rates): Payer {
  if (uid !== undefined) return { key: `uid ${uid}`, perMinute: known }
  if (app !== undefined) return { key: `app ${app} ${address}`, perMinute: known }
  return { key: `address ${address}`, perMinute: anonymous }
}

/**
 * Every proxy adds the address that it sees to the end of `X-Forwarded-For`, Google's own being the last. What stands before
 * those that we know of, anybody may have written.
 *
 * @param forwarded the header
 * @param ip of the connection, where there is no header
 * @param proxies that we know of before Google's own
 */
export function addressOf(forwarded: string | undefined, ip: string | undefined, proxies: number): string {
  const addresses = (forwarded ?? '').split(',').map((address) => address.trim())
  return addresses[Math.max(0, addresses.length - 1 - proxies)] || (ip ?? '')
}
