/** Trials of one process in its run folder: one JSON file, replaced as a whole after every change. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import {
  claimNext,
  conclude,
  prolong,
  type Trial,
  type TrialStore,
  trialSchema,
} from '@zoidberg/core/trials.ts'
import { z } from 'zod'
import { UsageError } from '../../errors.ts'
import { replaceFile } from '../../run/folder.ts'

export const TRIALS = 'trials.json'

const fileSchema = z.object({ identity: z.string(), trials: z.array(trialSchema) })

/**
 * @param identity of the search; a folder of another one is refused
 * @throws UsageError if the folder holds another search
 */
export async function folderStore(run: string, identity: string): Promise<TrialStore> {
  const path = join(run, TRIALS)
  const text = await readFile(path, 'utf8').catch(() => undefined)
  const saved = text === undefined ? { identity, trials: [] } : fileSchema.parse(JSON.parse(text))
  if (saved.identity !== identity)
    throw new UsageError(`${run} holds another search (${saved.identity}); choose another folder.`)
  // Whoever ran them is gone: this process is the only one that writes here.
  const trials = saved.trials.map(
    (trial): Trial =>
      trial.state === 'running'
        ? { ...trial, state: 'waiting', attempt: trial.attempt + 1, lease: null }
        : trial,
  )
  const save = async (changed: Trial[]) => {
    for (const trial of changed) trials[trial.id - 1] = trial
    await replaceFile(path, toJson({ identity, trials }))
  }
  return {
    list: async () => [...trials],
    async claim(owner, suggest) {
      const { claimed, changed } = claimNext(trials, suggest, owner, randomUUID(), Date.now())
      if (changed.length > 0) await save(changed)
      return claimed
    },
    prolong: (id, token, curve) => save([prolong(trials[id - 1], token, curve, Date.now())]),
    conclude: (id, token, result, curve, seconds) =>
      save([conclude(trials[id - 1], token, result, curve, seconds)]),
  }
}
