/** The learning rate over a training: linear warm-up, then constant or half a cosine (Loshchilov & Hutter 2017). */
import type { TrainingSettings } from '../networks/definition.ts'

/**
 * @param progress epochs trained so far, with fractions
 * @returns the learning rate of the next step
 */
export function learningRateAt(progress: number, settings: TrainingSettings): number {
  const { learningRate, schedule, warmup, epochs } = settings
  if (progress < warmup) return (learningRate * (progress + 1e-3)) / warmup
  if (schedule === 'constant') return learningRate
  return (learningRate * (1 + Math.cos((Math.PI * (progress - warmup)) / (epochs - warmup)))) / 2
}
