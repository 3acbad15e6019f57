import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import type { Result, TrainingFigures } from './table.ts'

const NETWORKS = ['mlp', 'cnn', 'default']

/** Trains each network for three epochs, once for each way, in a process of its own. */
export const run: Run<Omit<Result, 'stamp'>> = () => ({
  result: { networks: NETWORKS.map((name) => measure<TrainingFigures>('training/measure.ts', [name])) },
  data: null,
})
