/** The table of layers that Keras prints. */
import type { Size } from '@zoidberg/core/image.ts'
import { table } from '../table.ts'
import type { Hyperparameters, NetworkDefinition } from './definition.ts'

/**
 * Describes a network by its layers.
 *
 * @param options what the network is built with
 * @returns a line with its name, a table of its layers, and a line with the number of its parameters
 */
export function describeLayers(
  definition: NetworkDefinition,
  options: { hyperparameters: Hyperparameters; size: Size; classes: number },
): string {
  const { hyperparameters, size, classes } = options
  const model = definition.build({ hyperparameters, size, classes, seed: 1 })
  const rows = model.layers.map((layer) => [
    layer.name,
    layer.getClassName(),
    `${[layer.outputShape].flat().slice(1).join(' x ')}`,
    layer.countParams().toLocaleString('en'),
  ])
  const total = model.countParams()
  model.dispose()
  return `${definition.name}: ${definition.summary}\n${table([['layer', 'type', 'shape', 'parameters'], ...rows])}\n${total.toLocaleString('en')} parameters`
}
