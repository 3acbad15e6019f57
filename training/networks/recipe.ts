/** A network with the values it is trained with: its own, or others in their place. */
import { type Augmentation, STUDENT_AUGMENTATION } from '../augmentation/augmentation.ts'
import { UsageError } from '../errors.ts'
import type { Value, Values } from '../space/space.ts'
import { defaultNetwork } from './default.ts'
import {
  type Hyperparameters,
  type NetworkDefinition,
  OPTIMIZERS,
  type TrainingSettings,
} from './definition.ts'

export type Recipe = { hyperparameters: Hyperparameters; settings: TrainingSettings }

/** Settings that are words, and which. */
const CHOICES: Partial<Record<keyof TrainingSettings, readonly string[]>> = {
  optimizer: OPTIMIZERS,
  schedule: ['constant', 'cosine'],
  balance: ['none', 'sampling', 'weights'],
}
/** Settings that count something, from 1 on, and those that are a share, from 0 to 1. */
const COUNTS: (keyof TrainingSettings)[] = ['epochs', 'batchSize', 'patience']
const SHARES: (keyof TrainingSettings)[] = ['ema', 'labelSmoothing', 'halfSize', 'hiddenLungs']

const strong = defaultNetwork.training.augmentation
const { flip, rotation, crop, aspect, erasing, ...photometric } = strong
/** Augmentations have names, so that one can be chosen by a word. */
const AUGMENTATIONS: Record<string, Augmentation> = {
  none: {},
  report: STUDENT_AUGMENTATION,
  strong,
  geometric: { flip, rotation, crop, aspect, erasing },
  photometric,
}

/**
 * Puts values in the place of a network's own hyperparameters and training settings.
 *
 * @param values by name: numbers, and words for settings that are a choice
 * @returns a recipe of its own; the definition stays as it is
 * @throws UsageError naming an unknown name or a value it does not take
 */
export function recipeWith({ hyperparameters, training }: NetworkDefinition, values: Values): Recipe {
  const recipe = { hyperparameters: { ...hyperparameters }, settings: { ...training } }
  for (const [name, value] of Object.entries(values)) {
    if (Object.hasOwn(hyperparameters, name)) recipe.hyperparameters[name] = numberOf(name, value)
    else if (Object.hasOwn(training, name))
      Object.assign(recipe.settings, { [name]: settingOf(name as keyof TrainingSettings, value) })
    else
      throw new UsageError(
        `there is no setting "${name}"; there are ${[...Object.keys(hyperparameters), ...Object.keys(training)].join(', ')}.`,
      )
  }
  return recipe
}

function settingOf(name: keyof TrainingSettings, value: Value): number | string | Augmentation {
  if (name === 'augmentation') return AUGMENTATIONS[wordOf(name, value, Object.keys(AUGMENTATIONS))]
  const choices = CHOICES[name]
  if (choices) return wordOf(name, value, choices)
  const number = numberOf(name, value)
  if (COUNTS.includes(name) && !(Number.isInteger(number) && number > 0))
    throw new UsageError(`${name} is a whole number from 1 on, not "${value}".`)
  if (SHARES.includes(name) && number > 1)
    throw new UsageError(`${name} is a share from 0 to 1, not "${value}".`)
  return number
}

function wordOf(name: string, value: Value, choices: readonly string[]): string {
  const word = String(value)
  if (choices.includes(word)) return word
  throw new UsageError(`${name} is one of ${choices.join(', ')}, not "${value}".`)
}

function numberOf(name: string, value: Value): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new UsageError(`${name} is a number from 0 on, not "${value}".`)
}
