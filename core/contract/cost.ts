/** What the job costs. List prices of us-central1 in 2026, for 8 vCPU and 8 GiB of a task: cloud.google.com/run/pricing */

import type { NETWORK_NAMES } from './run.ts'

const VCPU_SECOND = 0.000018
const GIBIBYTE_SECOND = 0.000002
/** Of deploy/job.yaml. */
const VCPUS = 8
const GIBIBYTES = 8

/**
 * @param seconds that the execution takes
 * @param tasks that run at a time
 * @returns US dollars, without free tiers
 */
export const dollarsOf = (seconds: number, tasks = 1): number =>
  seconds * tasks * (VCPUS * VCPU_SECOND + GIBIBYTES * GIBIBYTE_SECOND)

/**
 * Images a second on two cores, with augmentation and all else of the recipe, at the recipe's size: docs/speed.md, and
 * for `efficientnet` two trainings of 40 epochs in 18 and 19 minutes. The epochs are the recipe's; early stopping may leave some
 * out.
 */
export const TRAINING_PACE: Partial<
  Record<(typeof NETWORK_NAMES)[number], { imagesPerSecond: number; side: number; epochs: number }>
> = {
  default: { imagesPerSecond: 410, side: 128, epochs: 120 },
  efficientnet: { imagesPerSecond: 150, side: 128, epochs: 40 },
  cnn: { imagesPerSecond: 430, side: 180, epochs: 100 },
  mlp: { imagesPerSecond: 2200, side: 180, epochs: 100 },
}
/** Images a second that are read and predicted on two cores. */
const PREDICTION_PACE = 150
/** What is left of a data set when validation is put aside. */
const TRAINING_SHARE = 0.8

export type Forecast = { seconds: number; dollars: number }

/**
 * @param config of a run, as far as it is filled in
 * @param images of its data set
 * @returns what a run takes at most at the pace of two cores, which is less than the job's; undefined where nobody measured it
 */
export function forecastOf(config: Readonly<Record<string, unknown>>, images: number): Forecast | undefined {
  const number = (name: string, otherwise: number) => Number(config[name] ?? otherwise)
  const tasks = number('tasks', 1)
  const forecast = (seconds: number): Forecast => ({ seconds, dollars: dollarsOf(seconds, tasks) })
  if (config.command === 'predict' || config.command === 'evaluate')
    return forecast(images / PREDICTION_PACE / tasks)
  const pace = TRAINING_PACE[config.model as keyof typeof TRAINING_PACE]
  if (!pace) return undefined
  const perImage = (number('size', pace.side) / pace.side) ** 2 / pace.imagesPerSecond
  const fitted = TRAINING_SHARE * images
  if (config.command === 'train')
    return forecast(number('members', 1) * number('epochs', pace.epochs) * fitted * perImage)
  if (config.command !== 'tune') return undefined
  const search =
    number('trials', 20) *
    number('executions', 1) *
    number('epochs', 9) *
    Math.min(fitted, number('images', images))
  const last = config.retrain === false ? 0 : number('retrainEpochs', pace.epochs) * fitted
  // The other tasks end before the last training.
  return { seconds: (search / tasks + last) * perImage, dollars: dollarsOf((search + last) * perImage) }
}
