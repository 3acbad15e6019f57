import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { isUid } from '../caller.ts'

/** What the platform verified of a caller; the emulator's tokens may hold anything as `uid`. */
export type Auth = { uid: unknown; token: { admin?: unknown; email?: string } } | undefined

/**
 * Lets only those pass whose token and whose account both say that they are admins.
 *
 * @param hasClaim whether an account is an admin at this moment
 * @returns who it is, for the audit trail
 * @throws ZoidbergError unauthenticated or permission-denied
 */
export async function assertAdmin(auth: Auth, hasClaim: (uid: string) => Promise<boolean>): Promise<string> {
  if (!auth || !isUid(auth.uid)) throw new ZoidbergError('unauthenticated', 'Sign in first.')
  if (auth.token.admin !== true) throw new ZoidbergError('permission-denied', 'Only admins may do this.')
  if (!(await hasClaim(auth.uid))) throw new ZoidbergError('permission-denied', 'You are no admin any more.')
  return auth.token.email ?? auth.uid
}
