/** What every run works with, whatever it is asked to do. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '@zoidberg/core/contract/run.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { bucketStore, type Store } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { bucketNamed, firestore } from '../cloud.ts'
import { type Dataset, loadDataset } from '../dataset/dataset.ts'
import { REPORT } from '../run/folder.ts'
import { log } from './log.ts'
import type { Hold } from './run-handle.ts'

export type Context = {
  run: Hold
  firestore: Firestore
  store: Store
  /** Where the run's data set is. */
  data: string
  /** A folder of this process. */
  folder: string
  /** Loads the run's data set, once for each size; it is closed with the context. */
  openDataset(size: Size): Promise<Dataset>
}

/** What a run leaves in its document. */
export type Outcome = Pick<Run, 'result'> & Partial<Pick<Run, 'modelId'>>

/**
 * Makes the context of a run, and takes it away when the work is done.
 *
 * @param work gets the context
 * @returns what the work returns
 */
export async function withContext<T>(run: Hold, work: (context: Context) => Promise<T>): Promise<T> {
  const bucket = bucketNamed()
  const data = `gs://${bucket.name}/datasets/${run.config.dataset}`
  const folder = await mkdtemp(join(tmpdir(), 'zoidberg-run-'))
  const datasets = new Map<string, Dataset>()
  async function load(size: Size): Promise<Dataset> {
    await run.showNow({ progress: { phase: 'loading', done: 0, total: 0, note: 'data set' } })
    const dataset = await loadDataset(data, size, (done, total) =>
      run.show({ phase: 'loading', done, total, note: 'reading' }),
    )
    const { samples, unreadable, fingerprint } = dataset
    log('INFO', 'data set loaded', {
      data,
      images: samples.length,
      unreadable: unreadable.length,
      fingerprint,
    })
    return dataset
  }
  try {
    return await work({
      run,
      firestore: firestore(),
      store: bucketStore(bucket),
      data,
      folder,
      async openDataset(size) {
        const key = `${size.width} x ${size.height}`
        const dataset = datasets.get(key) ?? (await load(size))
        datasets.set(key, dataset)
        return dataset
      },
    })
  } finally {
    for (const dataset of datasets.values()) dataset.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** @returns the files of a run's report, as paths below its folder */
export async function reportFiles(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, REPORT)).catch(() => [])
  return names.map((name) => `${REPORT}/${name}`)
}

/**
 * Puts files of a run that makes no model into `runs/{id}/` of the bucket.
 *
 * @param names of the files, as paths below the run's folder
 */
export async function keep({ store, run, folder }: Context, names: string[]): Promise<void> {
  for (const name of names) await store.write(`runs/${run.id}/${name}`, await readFile(join(folder, name)))
}
