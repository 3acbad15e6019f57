/** In which order an epoch shows its samples. Pure: a resumed run shows the same. */
import { createRandom } from '../random.ts'

/**
 * Shuffles the samples of an epoch.
 *
 * @param labels class index of each sample
 * @param options whether every class is drawn equally often, rare ones repeated; the seed; and the epoch, counted from 1
 * @returns as many sample positions as there are labels
 */
export function epochOrder(
  labels: number[],
  { balance, seed, epoch }: { balance: boolean; seed: number; epoch: number },
): number[] {
  const random = createRandom(seed, epoch)
  const all = labels.map((_, i) => i)
  if (!balance) return random.shuffle(all)
  const classes = Object.values(Object.groupBy(all, (i) => labels[i])) as number[][]
  const share = Math.ceil(all.length / classes.length)
  const drawn = classes.flatMap((members) => {
    const rounds = Math.ceil(share / members.length)
    return Array.from({ length: rounds }, () => random.shuffle([...members]))
      .flat()
      .slice(0, share)
  })
  return random.shuffle(drawn).slice(0, all.length)
}
