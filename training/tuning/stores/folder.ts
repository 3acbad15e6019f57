/** Trials of one process in its run folder: one JSON file, replaced as a whole after every change. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import { z } from 'zod'
import { UsageError } from '../../errors.ts'
import { replaceFile } from '../../run/folder.ts'
import {
  claimNext,
  completeTrial,
  releaseTrial,
  renewTrial,
  type Trial,
  type TrialStore,
  trialSchema,
} from '../trials.ts'

const TRIALS = 'trials.json'

const fileSchema = z.object({ identity: z.string(), trials: z.array(trialSchema) })

/**
 * Opens the search in a run folder, or starts one.
 *
 * @param identity of the search; a folder of another one is refused
 * @returns the store of this process alone
 * @throws UsageError if the folder holds another search
 */
export async function folderStore(run: string, identity: string): Promise<TrialStore> {
  const path = join(run, TRIALS)
  const saved = (await readSaved(path)) ?? { identity, trials: [] }
  if (saved.identity !== identity)
    throw new UsageError(`${run} holds another search (${saved.identity}); choose another folder.`)
  // Whoever ran them is gone: this process is the only one that writes here, so every lease is over.
  const trials = saved.trials.map(
    (trial): Trial => (trial.lease ? { ...trial, lease: { ...trial.lease, until: 0 } } : trial),
  )
  // One after the other: a heartbeat must not meet a result in the middle of writing.
  let last = Promise.resolve()
  const save = (changed: Trial[]) => {
    for (const trial of changed) trials[trial.id - 1] = trial
    last = last.catch(() => {}).then(() => replaceFile(path, toJson({ identity, trials })))
    return last
  }
  const change = async (id: number, next: (trial: Trial) => Trial) => save([next(trials[id - 1])])
  return {
    list: async () => [...trials],
    async claim(owner, suggest) {
      const { claimed, changed } = claimNext(trials, suggest, { owner, token: randomUUID(), now: Date.now() })
      if (changed.length > 0) await save(changed)
      return claimed
    },
    renew: (id, token, curve) => change(id, (trial) => renewTrial(trial, token, { curve, now: Date.now() })),
    release: (id, token, curve) => change(id, (trial) => releaseTrial(trial, token, curve)),
    complete: (id, token, ended) => change(id, (trial) => completeTrial(trial, token, ended)),
  }
}

/** Undefined if there is no file. Throws UsageError naming a file that holds no trials. */
async function readSaved(path: string): Promise<z.infer<typeof fileSchema> | undefined> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    return fileSchema.parse(JSON.parse(text))
  } catch {
    throw new UsageError(`${path} is damaged; remove it to start the search anew.`)
  }
}
