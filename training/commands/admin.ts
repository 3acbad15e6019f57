/** `zoidberg admin`: who may start jobs and move channels. */
import { Command } from 'commander'
import type { UserRecord } from 'firebase-admin/auth'
import { auth, projectId } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import { printResult } from './terminal.ts'

export const admin = new Command('admin').description('who may start jobs and move channels')

for (const [name, isAdmin, description] of [
  ['grant', true, 'makes an account an admin; it has to sign in again to notice'],
  ['revoke', false, 'takes that back at once; reading runs in Firestore may go on for up to an hour'],
] as const)
  admin
    .command(name)
    .description(description)
    .argument('<email>', 'of the account; grant makes one where there is none')
    .option('--json', 'print one JSON object')
    .action(async (email, options) => {
      const known = await find(email)
      if (!known && !isAdmin) throw new UsageError(`${projectId()} has no account ${email}.`)
      // Anybody may register an address that is not theirs; who has the link has the mailbox.
      if (known && isAdmin && !known.emailVerified)
        throw new UsageError(
          `${email} never proved to own that address: verify it or delete the account in the Firebase console, then grant again.`,
        )
      const user = known ?? (await auth().createUser({ email, emailVerified: true }))
      const { admin: _, ...others } = user.customClaims ?? {}
      await auth().setCustomUserClaims(user.uid, isAdmin ? { ...others, admin: true } : others)
      if (!isAdmin) await auth().revokeRefreshTokens(user.uid)
      const link = known ? null : await auth().generatePasswordResetLink(email)
      printResult(options.json, { email, uid: user.uid, admin: isAdmin, passwordLink: link }, () =>
        [
          `${email} is ${isAdmin ? 'an admin' : 'no admin any more'} of ${projectId()}`,
          ...(link ? [`the account is new; its owner sets the password here: ${link}`] : []),
        ].join('\n'),
      )
    })

async function find(email: string): Promise<UserRecord | undefined> {
  try {
    return await auth().getUserByEmail(email)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'auth/invalid-email') throw new UsageError(`"${email}" is no e-mail address.`)
    if (code !== 'auth/user-not-found') throw error
  }
}
