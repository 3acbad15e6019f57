/** The networks by name. */
import { UsageError } from '../errors.ts'
import { cnn } from './cnn.ts'
import { cnnDropout } from './cnn-dropout.ts'
import { cnnTuned } from './cnn-tuned.ts'
import { defaultNetwork } from './default.ts'
import type { NetworkDefinition } from './definition.ts'
import { efficientnet } from './efficientnet.ts'
import { mlp } from './mlp.ts'
import { resnet } from './resnet.ts'

export const NETWORKS: NetworkDefinition[] = [
  mlp,
  cnn,
  cnnDropout,
  cnnTuned,
  resnet,
  efficientnet,
  defaultNetwork,
]

/**
 * Finds a network.
 *
 * @param name as `--model` has it
 * @returns the network's definition
 * @throws UsageError if there is no such network
 */
export function networkNamed(name: string): NetworkDefinition {
  const found = NETWORKS.find((definition) => definition.name === name)
  if (found) return found
  throw new UsageError(`there is no model "${name}"; there are ${NETWORKS.map((m) => m.name).join(', ')}.`)
}
