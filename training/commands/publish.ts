/** `zoidberg publish`: a run as a model that a channel names. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promote } from '@zoidberg/core/channels.ts'
import { CHANNEL_NAME, DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import { folder } from '@zoidberg/core/files.ts'
import { publish as publishModel } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { Command } from 'commander'
import { isClassicalRun } from '../classical/model.ts'
import { bucketNamed, firestore, projectId } from '../cloud.ts'
import { publishGallery, samplesOf } from '../dataset/gallery.ts'
import { UsageError } from '../errors.ts'
import { exists, REPORT } from '../run/folder.ts'
import { printResult, say } from './terminal.ts'

export const publish = new Command('publish')
  .description('uploads a run as a model and points a channel at it')
  .argument('<run>', 'run folder')
  .option('--channel <name>', 'channel to move', DEFAULT_CHANNEL)
  .option('--data <dir>', 'fill the gallery with validation images of this data set')
  .option('--json', 'print one JSON object')
  .action(async (run, options) => {
    if (!(await exists(join(run, 'manifest.json'))))
      throw new UsageError(`${run} has no manifest.json: it is no finished run.`)
    if (await isClassicalRun(run))
      throw new UsageError(`${run} holds a classical algorithm; the function serves networks only.`)
    if (!CHANNEL_NAME.test(options.channel))
      throw new UsageError(`"${options.channel}" is not a channel name.`)
    const gallery = options.data && (await samplesOf(options.data))
    const store = bucketStore(bucketNamed())
    const names = await readdir(join(run, REPORT)).catch(() => [])
    const manifest = await publishModel(
      store,
      folder(run),
      names.map((name) => `${REPORT}/${name}`),
    )
    say(`${manifest.id} is in Cloud Storage of ${projectId()}`)
    if (gallery) await publishGallery(store, manifest.id, gallery)
    const channel = await promote({ firestore: firestore(), store, channel: options.channel }, manifest.id, {
      by: process.env.USER ?? 'zoidberg publish',
    })
    printResult(
      options.json,
      { channel: options.channel, ...channel },
      () => `channel ${options.channel} now names ${manifest.id}`,
    )
  })
