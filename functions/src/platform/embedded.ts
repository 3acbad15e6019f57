/**
 * The platform of `npm start`: one model and its films from a folder, nothing that is written, no accounts. It takes the
 * place of Firebase, so that the functions themselves are the ones that are deployed.
 */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Channel, DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import { ADMIN_DOORS, type Doors } from '../admin/doors.ts'
import type { Platform } from './platform.ts'

const HINT = '`npm start` serves one model and has no accounts; `npm run emulators` starts the whole backend.'

/** @param folder of a model, with its films in `films/` */
export async function openEmbedded(folder: string): Promise<Platform> {
  const { id, createdAt } = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
  const channel: Channel = {
    modelId: id,
    previousModelId: null,
    canary: null,
    updatedAt: createdAt,
    updatedBy: 'npm start',
  }
  const missing = async () => {
    throw new ZoidbergError('not-here', `This server has no admin functions. ${HINT}`)
  }
  return {
    store: folderStore(folder, id),
    channels: async () => new Map([[DEFAULT_CHANNEL, channel]]),
    addTallies: async () => {},
    isAppCheckToken: async () => false,
    createDoors: () => Object.fromEntries(ADMIN_DOORS.map((door) => [door, missing])) as unknown as Doors,
    hint: HINT,
  }
}

/** A model's folder under the paths of a bucket: `models/<id>/…` is the folder, `samples/<id>/…` its `films/`. */
function folderStore(folder: string, id: string): ReadStore {
  const places: [prefix: string, folder: string][] = [
    [`models/${id}/`, folder],
    [`samples/${id}/`, join(folder, 'films')],
  ]
  const locate = (path: string): string | undefined => {
    const place = places.find(([prefix]) => path.startsWith(prefix))
    return place && join(place[1], path.slice(place[0].length))
  }
  return {
    read: async (path) => readFile(locate(path) ?? missingFile(path)),
    exists: (path) =>
      access(locate(path) ?? '').then(
        () => true,
        () => false,
      ),
  }
}

function missingFile(path: string): never {
  throw new Error(`there is no ${path}`)
}
