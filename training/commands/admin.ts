import { Command } from 'commander'
import { auth, projectId } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import { report } from '../terminal.ts'

export const admin = new Command('admin').description('who may start jobs and move channels')

for (const [name, isAdmin, description] of [
  ['grant', true, 'makes an account an admin; it has to sign in again to notice'],
  ['revoke', false, 'takes that back; tokens that are out stay good for up to an hour'],
] as const)
  admin
    .command(name)
    .description(description)
    .argument('<email>', 'of an existing account')
    .option('--json', 'print one JSON object')
    .action(async (email, options) => {
      const user = await auth()
        .getUserByEmail(email)
        .catch((error) => {
          if (error.code !== 'auth/user-not-found' && error.code !== 'auth/invalid-email') throw error
          throw new UsageError(`${projectId()} has no account ${email}; sign in once to make it.`)
        })
      const { admin: _, ...others } = user.customClaims ?? {}
      await auth().setCustomUserClaims(user.uid, isAdmin ? { ...others, admin: true } : others)
      if (!isAdmin) await auth().revokeRefreshTokens(user.uid)
      report(options.json, { email, uid: user.uid, admin: isAdmin }, () =>
        isAdmin
          ? `${email} is an admin of ${projectId()} now`
          : `${email} is no admin of ${projectId()} any more`,
      )
    })
