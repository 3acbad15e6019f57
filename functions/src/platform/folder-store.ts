import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadStore } from '@zoidberg/core/store.ts'

/**
 * Shows a model's folder under the paths of a bucket: `models/<id>/…` is the folder, `samples/<id>/…` its `films/`.
 *
 * @param folder of the model
 * @param id of the model
 * @returns a store whose `read` rejects for any other path
 */
export function folderStore(folder: string, id: string): ReadStore {
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
