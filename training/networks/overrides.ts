/** `--set name=value`: overrides of a network's hyperparameters and training settings. */
import { type Augmentation, REPORT_AUGMENTATION } from '../augmentation/augmentation.ts'
import { UsageError } from '../errors.ts'
import { defaultModel } from './default.ts'
import type { Hyperparameters, ModelDefinition, TrainingSettings } from './definition.ts'

/** Settings that are words, and which. */
const CHOICES: Partial<Record<keyof TrainingSettings, readonly string[]>> = {
  optimizer: ['adam', 'adamw'],
  schedule: ['constant', 'cosine'],
  balance: ['none', 'sampling', 'weights'],
}
/** Settings that count something, from 1 on, and those that are a share, from 0 to 1. */
const WHOLE: (keyof TrainingSettings)[] = ['epochs', 'batchSize', 'patience']
const SHARES: (keyof TrainingSettings)[] = ['ema', 'labelSmoothing', 'halfSize', 'hiddenLungs']
const strong = defaultModel.training.augmentation
const { flip, rotation, crop, aspect, erasing, ...photometric } = strong
const AUGMENTATIONS: Record<string, Augmentation> = {
  none: {},
  report: REPORT_AUGMENTATION,
  strong,
  geometric: { flip, rotation, crop, aspect, erasing },
  photometric,
}

/** @throws UsageError naming an unknown setting or a value it does not take */
export function withOverrides(
  { hyperparameters, training }: ModelDefinition,
  overrides: string[],
): { hyperparameters: Hyperparameters; settings: TrainingSettings } {
  const result = { hyperparameters: { ...hyperparameters }, settings: { ...training } }
  for (const override of overrides) {
    const [name, value = ''] = override.split(/=(.*)/s)
    if (Object.hasOwn(hyperparameters, name)) result.hyperparameters[name] = toNumber(name, value)
    else if (Object.hasOwn(training, name))
      Object.assign(result.settings, { [name]: toSetting(name as keyof TrainingSettings, value) })
    else
      throw new UsageError(
        `there is no setting "${name}"; there are ${[...Object.keys(hyperparameters), ...Object.keys(training)].join(', ')}.`,
      )
  }
  return result
}

function toSetting(name: keyof TrainingSettings, value: string): number | string | Augmentation {
  if (name === 'augmentation') return oneOf(name, value, Object.keys(AUGMENTATIONS)) && AUGMENTATIONS[value]
  const choices = CHOICES[name]
  if (choices) return oneOf(name, value, choices)
  const number = toNumber(name, value)
  if (WHOLE.includes(name) && !(Number.isInteger(number) && number > 0))
    throw new UsageError(`${name} is a whole number from 1 on, not "${value}".`)
  if (SHARES.includes(name) && number > 1)
    throw new UsageError(`${name} is a share from 0 to 1, not "${value}".`)
  return number
}

function oneOf(name: string, value: string, choices: readonly string[]): string {
  if (choices.includes(value)) return value
  throw new UsageError(`${name} is one of ${choices.join(', ')}, not "${value}".`)
}

function toNumber(name: string, value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number) && number >= 0) return number
  throw new UsageError(`${name} is a number from 0 on, not "${value}".`)
}
