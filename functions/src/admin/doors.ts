/** The five admin callables: who may, what they take, what they do. */

import { promote, rollback, setCanary } from '@zoidberg/core/channels.ts'
import { promoteSchema, rollbackSchema, setCanarySchema } from '@zoidberg/core/contract/channel.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { cancelRunSchema, retrainSchema } from '@zoidberg/core/contract/run.ts'
import { isPublished } from '@zoidberg/core/registry.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import type { z } from 'zod'
import { parseCall } from '../callable.ts'
import type { Launcher } from './launcher.ts'
import { cancelRun, startRun } from './runs.ts'

export type AdminOptions = {
  firestore: Firestore
  store: ReadStore
  launcher(): Launcher | Promise<Launcher>
  /** Whether an account is an admin at this moment: its token may be an hour older than a revocation. */
  hasClaim(uid: string): Promise<boolean>
  /** Loads a model and predicts once. @throws ZoidbergError model-unavailable */
  rehearse(modelId: string): Promise<void>
  now?(): number
}

/** What the platform verified of a caller. */
export type Auth = { uid: string; token: { admin?: unknown; email?: string } } | undefined

const schemas = {
  retrain: retrainSchema,
  cancelRun: cancelRunSchema,
  promote: promoteSchema,
  rollback: rollbackSchema,
  setCanary: setCanarySchema,
}

export type AdminDoor = keyof typeof schemas
export const ADMIN_DOORS = Object.keys(schemas) as AdminDoor[]
export type Doors = Record<AdminDoor, (auth: Auth, data: unknown) => Promise<unknown>>

/** @throws ZoidbergError unauthenticated or permission-denied @returns who it is, for the audit trail */
function assertAdmin(auth: Auth): string {
  if (!auth) throw new ZoidbergError('unauthenticated', 'Sign in first.')
  if (auth.token.admin !== true) throw new ZoidbergError('permission-denied', 'Only admins may do this.')
  return auth.token.email ?? auth.uid
}

/** The doors by name; each takes who calls and the data of the call. @throws ZoidbergError */
export function createDoors({
  firestore,
  store,
  launcher,
  rehearse,
  hasClaim,
  now = Date.now,
}: AdminOptions): Doors {
  const door =
    <T>(schema: z.ZodType<T>, work: (data: T, by: string) => Promise<unknown>) =>
    async (auth: Auth, data: unknown): Promise<unknown> => {
      const by = assertAdmin(auth)
      if (!(await hasClaim((auth as { uid: string }).uid)))
        throw new ZoidbergError('permission-denied', 'You are no admin any more.')
      return work(parseCall(schema, data), by)
    }
  async function rehearsePublished(modelId: string): Promise<void> {
    if (!(await isPublished(store, modelId)))
      throw new ZoidbergError('not-found', `There is no published model ${modelId}.`)
    await rehearse(modelId)
  }
  return {
    retrain: door(schemas.retrain, async (request, by) =>
      startRun(firestore, await launcher(), { ...request, by }, now()),
    ),
    cancelRun: door(schemas.cancelRun, async ({ runId }, by) =>
      cancelRun(firestore, await launcher(), runId, by, now()),
    ),
    promote: door(schemas.promote, async ({ modelId, channel, why }, by) => {
      await rehearsePublished(modelId)
      return promote(firestore, store, channel, modelId, { by, why })
    }),
    // Not rehearsed: it served before, and a way back must not depend on more than it has to.
    rollback: door(schemas.rollback, ({ channel, why }, by) =>
      rollback(firestore, store, channel, { by, why }),
    ),
    setCanary: door(schemas.setCanary, async ({ modelId, percent, channel, why }, by) => {
      if (percent === 0) return setCanary(firestore, store, channel, null, { by, why })
      if (!modelId) throw new ZoidbergError('bad-request', 'The call is not valid: modelId is missing.')
      await rehearsePublished(modelId)
      return setCanary(firestore, store, channel, { modelId, percent }, { by, why })
    }),
  }
}
