/** Kills the job at given moments while clients predict, and prints what happened. */
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promote } from '@zoidberg/core/channels.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { pushDataset } from '@zoidberg/training/dataset/push.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { table } from '@zoidberg/training/table.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  CRASH_CHANNEL,
  CRASH_DATASET,
  type Crash,
  crash,
  createRun,
  type Moment,
  startAttempt,
} from './crash.ts'
import { firestore, predictUnderLoad, publishDefault, store, upload } from './emulators.ts'
import { phantom } from './images.ts'

const WRONG_DATASET = 'crash-wrong'
/** Enough for a comparison to tell: some 130 of them are validation images. */
const PHANTOMS = 600

/** @param isSwapped whether every phantom lies in the other class's folder */
async function pushPhantoms(folder: string, dataset: string, isSwapped = false): Promise<void> {
  await writePhantoms(folder, { count: PHANTOMS, seed: 1, size: { width: 32, height: 32 } })
  if (isSwapped) {
    await rename(join(folder, 'NORMAL'), join(folder, 'other'))
    await rename(join(folder, 'PNEUMONIA'), join(folder, 'NORMAL'))
    await rename(join(folder, 'other'), join(folder, 'PNEUMONIA'))
  }
  await pushDataset(folder, `gs://demo-zoidberg.appspot.com/datasets/${dataset}`)
}

export function crashAt(moments: Moment[]): void {
  const seed = Date.now()
  const random = createRandom(seed)
  const crashes: Crash[] = []
  let folder: string
  let incumbent: string
  let production: string
  let load: ReturnType<typeof predictUnderLoad>

  beforeAll(async () => {
    production = await publishDefault()
    folder = await mkdtemp(join(tmpdir(), 'zoidberg-crash-'))
    process.env.XDG_CACHE_HOME = join(folder, 'cache')
    await pushPhantoms(join(folder, 'right'), CRASH_DATASET)
    // A model that learnt every label the wrong way round serves on the channel, so that every run's model is promoted.
    await pushPhantoms(join(folder, 'wrong'), WRONG_DATASET, true)
    const id = `run-incumbent${seed}`
    await createRun(id, { dataset: WRONG_DATASET, promoteAbove: null })
    const { code, out } = await startAttempt(id, 0).ended
    expect(code, out).toBe(0)
    incumbent = (await firestore.doc(`runs/${id}`).get()).data()?.modelId
    // Instances believe in what another test promoted for up to half a minute.
    const image = await phantom()
    const answering = async () => (await (await upload(image as never)).json()).predictions?.[0].model.id
    while ((await answering()) !== production) await sleep(500)
    load = predictUnderLoad(1)
  })
  afterAll(async () => {
    const { answers, lost, models } = await load.stop()
    const head = ['killed while', 'ms later', 'found in phase', 'attempts', 'seconds']
    const rows = crashes.map((c) => [c.moment, c.delay, c.phaseAtDeath, c.attempts, c.seconds.toFixed(1)])
    console.log(
      `seed ${seed}\n${table([head, ...rows])}\n${answers} predictions meanwhile, ${lost.length} lost`,
    )
    await rm(folder, { recursive: true })
    expect(lost).toEqual([])
    expect([...models]).toEqual([production])
  })

  it.each(moments.map((moment, i) => [moment, i] as const))(
    'killed while %s (%d), a run ends once, with a whole model, and nothing else changed',
    async (moment, i) => {
      await promote({ firestore, store, channel: CRASH_CHANNEL }, incumbent, { by: 'test' })
      crashes.push(await crash(`run-crash${seed}n${i}`, moment, random))
    },
  )
}
