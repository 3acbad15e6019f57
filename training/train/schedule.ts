/** Learning rate over a run: linear warm-up, then constant or half a cosine (Loshchilov & Hutter 2017). */
import type { TrainingSettings } from '../models/definition.ts'

/** @param progress epochs trained so far, with fractions */
export function learningRateAt(progress: number, settings: TrainingSettings): number {
  const { learningRate, schedule, warmup, epochs } = settings
  if (progress < warmup) return (learningRate * (progress + 1e-3)) / warmup
  if (schedule === 'constant') return learningRate
  return (learningRate * (1 + Math.cos((Math.PI * (progress - warmup)) / (epochs - warmup)))) / 2
}
