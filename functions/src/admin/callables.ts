/** The admin callables: who may call them, what they take, what they do. */
import { promote, rollback, setCanary } from '@zoidberg/core/channels.ts'
import {
  listDatasetsSchema,
  listModelsSchema,
  promoteSchema,
  readCountersSchema,
  readModelSchema,
  rollbackSchema,
  setCanarySchema,
} from '@zoidberg/core/contract/channel.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { cancelRunSchema, retrainSchema } from '@zoidberg/core/contract/run.ts'
import { isPublished } from '@zoidberg/core/registry.ts'
import type { Store } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import type { z } from 'zod'
import { parseCall } from '../parse-call.ts'
import { type Auth, assertAdmin } from './assert-admin.ts'
import { cancelRun } from './end-run.ts'
import type { Launcher } from './launcher.ts'
import { listDatasets } from './list-datasets.ts'
import { readCounters } from './read-counters.ts'
import { listModels, readModel } from './read-models.ts'
import { startRun } from './start-run.ts'

/** A model is loaded and predicts once; what fails is thrown as a ZoidbergError model-unavailable. */
export type WarmUp = (modelId: string) => Promise<void>

export type AdminOptions = {
  firestore: Firestore
  /** The database of counters. */
  serving: Firestore
  store: Store
  launcher(): Launcher | Promise<Launcher>
  /** Whether an account is an admin at this moment: its token may be an hour older than a revocation. */
  hasClaim(uid: string): Promise<boolean>
  warmUp: WarmUp
  now?(): number
}

const schemas = {
  retrain: retrainSchema,
  cancelRun: cancelRunSchema,
  promote: promoteSchema,
  rollback: rollbackSchema,
  setCanary: setCanarySchema,
  readCounters: readCountersSchema,
  listModels: listModelsSchema,
  readModel: readModelSchema,
  listDatasets: listDatasetsSchema,
}

export type AdminCallable = keyof typeof schemas
export const ADMIN_CALLABLES = Object.keys(schemas) as AdminCallable[]
/** Each takes who calls and the data of the call, and throws ZoidbergErrors. */
export type AdminCallables = Record<AdminCallable, (auth: Auth, data: unknown) => Promise<unknown>>

/** @returns the callables by name; each looks first who calls, then at the data */
export function createAdminCallables({
  firestore,
  serving,
  store,
  launcher,
  hasClaim,
  warmUp,
  now = Date.now,
}: AdminOptions): AdminCallables {
  const callable =
    <T>(schema: z.ZodType<T>, work: (data: T, by: string) => Promise<unknown>) =>
    async (auth: Auth, data: unknown): Promise<unknown> => {
      const by = await assertAdmin(auth, hasClaim)
      return work(parseCall(schema, data), by)
    }
  async function warmUpPublished(modelId: string): Promise<void> {
    if (!(await isPublished(store, modelId)))
      throw new ZoidbergError('not-found', `There is no published model ${modelId}.`)
    await warmUp(modelId)
  }
  return {
    retrain: callable(schemas.retrain, async (request, by) =>
      startRun({ firestore, launcher: await launcher(), ...request, by, now: now() }),
    ),
    cancelRun: callable(schemas.cancelRun, async ({ runId }, by) =>
      cancelRun({ firestore, launcher: await launcher(), runId, by, now: now() }),
    ),
    promote: callable(schemas.promote, async ({ modelId, channel, why }, by) => {
      await warmUpPublished(modelId)
      return promote({ firestore, store, channel }, modelId, { by, why })
    }),
    // No warm-up: the model served before, and a way back must not depend on more than it has to.
    rollback: callable(schemas.rollback, ({ channel, why }, by) =>
      rollback({ firestore, store, channel }, { by, why }),
    ),
    setCanary: callable(schemas.setCanary, async ({ modelId, percent, channel, why }, by) => {
      if (percent === 0) return setCanary({ firestore, store, channel }, null, { by, why })
      if (!modelId) throw new ZoidbergError('bad-request', 'The call is not valid: modelId is missing.')
      await warmUpPublished(modelId)
      return setCanary({ firestore, store, channel }, { modelId, percent }, { by, why })
    }),
    readCounters: callable(schemas.readCounters, ({ modelIds }) => readCounters(serving, modelIds)),
    listModels: callable(schemas.listModels, () => listModels(store)),
    readModel: callable(schemas.readModel, (asked) => readModel(firestore, store, asked)),
    listDatasets: callable(schemas.listDatasets, () => listDatasets(store)),
  }
}
