/** One worker of a search in the Firestore emulator, for killing: `search-worker.ts RUN TRIALS`. Prints what it did. */

import { setTimeout as sleep } from 'node:timers/promises'
import { firestore } from '@zoidberg/training/cloud.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import { search, type TrainTrial } from '@zoidberg/training/tuning/search.ts'
import { firestoreStore } from '@zoidberg/training/tuning/stores/firestore.ts'

/** Clocks run fifty times as fast, so that a lease is over in 1.2 s. */
const SPEED = 50
const EPOCH_MILLISECONDS = 60

const [run, trials] = process.argv.slice(2)
const store = await firestoreStore(firestore(), {
  run,
  identity: 'chaos',
  now: () => SPEED * Date.now(),
})
const space = { x: { type: 'float', low: 0, high: 1 } } as const
const oracle = randomSearch({ space, trials: Number(trials), epochs: 4, seed: 1 })
const complete = store.complete
store.complete = async (id, token, ended) => {
  await complete(id, token, ended)
  console.log(JSON.stringify({ accepted: id, pid: process.pid }))
}
const train: TrainTrial = async ({ id, values, epochs }, onEpoch) => {
  console.log(JSON.stringify({ started: id, pid: process.pid }))
  const curve: number[] = []
  while (curve.length < epochs) {
    await sleep(EPOCH_MILLISECONDS)
    curve.push(values.x as number)
    if (!(await onEpoch(curve))) return { curve, complete: false }
  }
  return { curve, complete: true }
}
await search({ store, oracle, train, owner: String(process.pid), prunes: false })
console.log(JSON.stringify({ done: true }))
process.exit(0)
