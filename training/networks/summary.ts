/** The table of layers that Keras prints. */

import { TASKS, type Task } from '@zoidberg/core/contract/labels.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { table } from '../terminal.ts'
import type { Hyperparameters, ModelDefinition } from './definition.ts'

export function summarize(
  definition: ModelDefinition,
  options: { hyperparameters: Hyperparameters; size: Size; task: Task },
): string {
  const { hyperparameters, size, task } = options
  const model = definition.build({ hyperparameters, size, classes: TASKS[task].length, seed: 1 })
  const rows = model.layers.map((layer) => [
    layer.name,
    layer.getClassName(),
    `${[layer.outputShape].flat().slice(1).join(' x ')}`,
    layer.countParams().toLocaleString('en'),
  ])
  const total = model.countParams()
  model.dispose()
  return `${definition.name}: ${definition.summary}\n${table([['layer', 'kind', 'shape', 'parameters'], ...rows])}\n${total.toLocaleString('en')} parameters`
}
