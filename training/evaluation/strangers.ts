/**
 * Strangers: validation images as hospitals might have taken them that differ from ours in several ways at once, as
 * hospitals do. One way at a time promised more than X-rays of other children gave: experiments/strangers.
 */
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Selection } from '../dataset/dataset.ts'
import { createRandom } from '../random.ts'
import { PERTURBATIONS, type Perturbation, type PerturbedRows, predictPerturbed } from './perturbations.ts'

/** Each differs in so many ways. */
const WAYS = 4
export const STRANGERS = 12
const SEED = 20261126 // any; fixed so that all models meet the same strangers

/** What may be different: not what is made of the labels. */
const POSSIBLE = Object.keys(PERTURBATIONS).filter(
  (name) => name !== 'plain' && name !== 'normals framed as pneumonias',
)

/** @returns perturbations by what they are made of, always the same for the same numbers */
export function strangers(count = STRANGERS, ways = WAYS): Record<string, Perturbation> {
  const random = createRandom(SEED + ways)
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const names = random.shuffle([...POSSIBLE]).slice(0, ways)
      return [`stranger ${i + 1}: ${names.join(', ')}`, inTurn(names)]
    }),
  )
}

const inTurn =
  (names: string[]): Perturbation =>
  async (pixels, size, isPositive) => {
    let changed = pixels
    for (const name of names) changed = await PERTURBATIONS[name](changed, size, isPositive)
    return changed
  }

/** @returns raw probabilities of the samples as each stranger might have taken them */
export const predictStrangers = (model: LoadedModel, selection: Selection): Promise<PerturbedRows> =>
  predictPerturbed(model, selection, strangers())
