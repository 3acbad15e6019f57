/** The platform in production and in the emulators: Firestore, Cloud Storage, Auth, App Check and the training job. */
import { join } from 'node:path'
import { readChannels } from '@zoidberg/core/channels.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { initializeApp } from 'firebase-admin/app'
import { getAppCheck } from 'firebase-admin/app-check'
import { getAuth } from 'firebase-admin/auth'
import { getFirestore } from 'firebase-admin/firestore'
import { getStorage } from 'firebase-admin/storage'
import { projectID } from 'firebase-functions/params'
import { createAdminCallables } from '../admin/callables.ts'
import { collectCheckpoints } from '../admin/collect-checkpoints.ts'
import { collectModels } from '../admin/collect-models.ts'
import { endBadCanaries } from '../admin/end-bad-canaries.ts'
import { failDeadRuns } from '../admin/end-run.ts'
import { findDrift } from '../admin/find-drift.ts'
import type { Launcher } from '../admin/launcher.ts'
import { isUid } from '../caller.ts'
import * as config from '../config.ts'
import { firebaseInbox } from '../inbox/firebase-inbox.ts'
import * as log from '../log.ts'
import { once } from '../once.ts'
import { settleInFirestore } from '../serving/rates.ts'
import { addTallies, SERVING_DATABASE } from '../serving/tallies.ts'
import type { Platform } from './platform.ts'

export type FirebasePlatform = ReturnType<typeof openFirebase>

/** @returns the platform, and what the schedule does on it */
export function openFirebase() {
  initializeApp()
  const firestore = getFirestore()
  const serving = getFirestore(SERVING_DATABASE)
  const store = bucketStore(getStorage().bucket(config.bucketName.value() || undefined))
  const launcher = once(createLauncher)
  const platform: Platform = {
    store,
    channels: () => readChannels(firestore),
    addTallies: (tallies) => addTallies(serving, tallies),
    settle: (key, count, perMinute) => settleInFirestore(serving, key, { count, perMinute }),
    appOf: async (token) =>
      isEmulated()
        ? appOfUnsigned(token)
        : getAppCheck()
            .verifyToken(token)
            .then(
              ({ appId }) => appId,
              () => undefined,
            ),
    accountOf: (token) =>
      getAuth()
        .verifyIdToken(token)
        .then(
          ({ uid }) => (isUid(uid) ? uid : undefined),
          () => undefined,
        ),
    async isOperator(token) {
      if (isEmulated()) return true
      if (!token) return false
      return getAuth()
        .verifyIdToken(token)
        .then(
          ({ admin }) => admin === true,
          () => false,
        )
    },
    createAdminCallables: (warmUp) =>
      createAdminCallables({
        firestore,
        serving,
        store,
        launcher,
        warmUp,
        hasClaim,
      }),
  }
  return {
    ...platform,
    firestore,
    /** Opened by the function that answers it alone: the others need no bucket of that name. */
    openInbox: () => firebaseInbox(getStorage().bucket(config.inboxBucket.value() || undefined), serving),
    /** @returns the ids of runs that were given up */
    failDeadRuns: () => failDeadRuns(firestore, launcher, Date.now()),
    /** @returns the channels whose canaries were ended */
    endBadCanaries: () => endBadCanaries({ firestore, serving, store }),
    /** @returns the models whose answers resemble validation no more */
    findDrift: () => findDrift({ firestore, serving, store, onUnreadable: log.modelRefused }),
    /** @returns the ids of models that were deleted */
    async collectOldModels(): Promise<string[]> {
      const deleted = await collectModels(firestore, store, Date.now())
      await collectCheckpoints(firestore, store)
      return deleted
    },
  }
}

const isEmulated = (): boolean => process.env.FUNCTIONS_EMULATOR === 'true'

/** There is no emulator of App Check, so what a token says is believed there, as firebase-functions does. */
function appOfUnsigned(token: string): string | undefined {
  try {
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

/** A deleted or disabled account is no admin, whatever its token says. */
async function hasClaim(uid: string): Promise<boolean> {
  const { users } = await getAuth().getUsers([{ uid }])
  return users.some(({ disabled, customClaims }) => !disabled && customClaims?.admin === true)
}

/** A launcher is loaded only where it is used: predictions start without it. */
async function createLauncher(): Promise<Launcher> {
  if (isEmulated()) {
    const { localLauncher } = await import('../admin/local-launcher.ts')
    return localLauncher(join(import.meta.dirname, '../../training/job/main.ts'), log.jobOutput)
  }
  const { cloudRunLauncher } = await import('../admin/cloud-run-launcher.ts')
  const place = `projects/${projectID.value()}/locations/${config.region.value()}`
  return cloudRunLauncher(`${place}/jobs/${config.jobName.value()}`)
}
