/** The networks by name. */
import { UsageError } from '../errors.ts'
import { cnn } from './cnn.ts'
import { cnnDropout } from './cnn-dropout.ts'
import { cnnTuned } from './cnn-tuned.ts'
import { defaultModel } from './default.ts'
import type { ModelDefinition } from './definition.ts'
import { mlp } from './mlp.ts'
import { resnet } from './resnet.ts'

export const MODELS: ModelDefinition[] = [mlp, cnn, cnnDropout, cnnTuned, resnet, defaultModel]

/** @throws UsageError if there is no such network */
export function modelNamed(name: string): ModelDefinition {
  const found = MODELS.find((definition) => definition.name === name)
  if (found) return found
  throw new UsageError(`there is no model "${name}"; there are ${MODELS.map((m) => m.name).join(', ')}.`)
}
