/**
 * The platform of `npm start`: one model and its films from a folder, nothing that is written, no accounts. It takes the
 * place of Firebase, so that the functions themselves are the ones that are deployed.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Channel, DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import { ADMIN_CALLABLES, type AdminCallables } from '../admin/callables.ts'
import { type Bucket, take } from '../serving/token-bucket.ts'
import { folderStore } from './folder-store.ts'
import type { Platform } from './platform.ts'

const HINT = '`npm start` serves one model and has no accounts; `npm run emulators` starts the whole backend.'

/**
 * Opens the platform on a folder.
 *
 * @param folder of a model, with its films in `films/`
 * @throws Error if the folder holds no valid manifest
 */
export async function openEmbedded(folder: string): Promise<Platform> {
  const { id, createdAt } = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
  const channel: Channel = {
    modelId: id,
    previousModelId: null,
    canary: null,
    updatedAt: createdAt,
    updatedBy: 'npm start',
  }
  const buckets = new Map<string, Bucket>()
  const refuse = async () => {
    throw new ZoidbergError('not-here', `This server has no admin functions. ${HINT}`)
  }
  return {
    store: folderStore(folder, id),
    channels: async () => new Map([[DEFAULT_CHANNEL, channel]]),
    addTallies: async () => [],
    settle: async (key, count, perMinute) => {
      const { taken, after } = take(buckets.get(key), { count, perMinute, now: Date.now() })
      buckets.set(key, after)
      return taken
    },
    isOperator: async () => true,
    appOf: async () => undefined,
    accountOf: async () => undefined,
    createAdminCallables: () =>
      Object.fromEntries(ADMIN_CALLABLES.map((name) => [name, refuse])) as unknown as AdminCallables,
    hint: HINT,
  }
}
