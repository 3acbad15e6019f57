/** Who asks: only hashed, so that a canary always or never answers the same caller. */
import type { CallableRequest } from 'firebase-functions/https'

/** Anything that stays the same for one client: a uid, a header's value or an address. */
export type Caller = string

/** A client may name itself by this header. */
export const CALLER_HEADER = 'X-Zoidberg-Caller'

/**
 * The emulator's tokens may hold anything as a uid.
 *
 * @returns whether an account can have it: firebase.google.com/docs/auth/admin/manage-users
 */
export const isUid = (uid: unknown): uid is string =>
  typeof uid === 'string' && uid.length > 0 && uid.length <= 128

/**
 * Whoever is signed in stays who they are, whatever the call says. A client that is not may name itself, in the call or by
 * the header; else its address stands for it.
 *
 * @param named what the data of the call says
 */
export const callerOfCall = (
  { auth, rawRequest }: Pick<CallableRequest, 'auth' | 'rawRequest'>,
  named: string | undefined,
): Caller =>
  (isUid(auth?.uid) ? auth.uid : undefined) ?? named ?? rawRequest.get(CALLER_HEADER) ?? rawRequest.ip ?? ''

/**
 * A client of plain HTTPS names itself by the header; else its address stands for it.
 *
 * @param header gives a header of the request by its name
 */
export const callerOfRequest = (header: (name: string) => string | undefined): Caller =>
  header(CALLER_HEADER) ?? header('X-Forwarded-For')?.split(',')[0].trim() ?? ''
