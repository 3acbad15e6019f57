/** PATH as people may give it: an existing folder, else `gs://…`, else a channel. */
import { readChannels } from '@zoidberg/core/channels.ts'
import { CHANNEL_NAME } from '@zoidberg/core/contract/channel.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { folder, type ReadFiles } from '@zoidberg/core/files.ts'
import { type LoadedModel, loadModel } from '@zoidberg/core/graph/load.ts'
import { publishedFiles } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { bucketNamed, firestore, isFirestoreThere, parseAddress } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import { exists } from './folder.ts'

/**
 * Loads the model that a path names.
 *
 * @param path an existing folder, else `gs://…`, else a channel
 * @returns the model, to be disposed by the caller
 * @throws UsageError if the path is none of these
 * @throws ZoidbergError model-unavailable if the model is damaged
 */
export async function openModel(path: string): Promise<LoadedModel> {
  // What is mistyped is named before anything is loaded.
  const files = await filesOf(path)
  await loadEngine()
  return loadModel(files)
}

/**
 * Finds the files of the model that a path names.
 *
 * @throws UsageError if the path is none of these
 */
export async function filesOf(path: string): Promise<ReadFiles> {
  if (await exists(path)) return folder(path)
  const address = parseAddress(path)
  if (address?.path) {
    const store = bucketStore(bucketNamed(address.bucket))
    return (name) => store.read(`${address.path}/${name}`)
  }
  if (!CHANNEL_NAME.test(path)) throw new UsageError(`${path} is no folder, no gs:// address and no channel.`)
  if (!(await isFirestoreThere()))
    throw new UsageError(
      `There is no folder ${path}. Were it a channel: no emulators answer; npm run emulators starts them.`,
    )
  const channel = (await readChannels(firestore())).get(path)
  if (!channel) throw new UsageError(`${path} is neither a folder nor a channel.`)
  return publishedFiles(bucketStore(bucketNamed()), channel.modelId)
}
