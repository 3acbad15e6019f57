/** What a training is about to do and how long that takes: arithmetic and words. The pace comes from pace.ts. */
import type { Size } from '@zoidberg/core/image.ts'
import type { TrainingSettings } from '../networks/definition.ts'
import { mean } from '../statistics/descriptive.ts'
import { isHalfSize } from './progressive.ts'

/** Seconds that this machine takes for one image. */
export type Pace = {
  /** A step of training, at full size and at half size. */
  full: number
  half: number
  /** A forward pass, at full size. */
  forward: number
}

export type Count = { images: number; patients: number }

/** What is left of one training. */
export type Work = {
  train: Count
  validation: Count
  /** Images that the trained model is asked about in the end, perturbed ones included. */
  evaluated: number
  settings: Pick<TrainingSettings, 'epochs' | 'halfSize' | 'patience'>
  /** Epochs of an earlier start. */
  done: number
}

/** A network as people are told of it. */
export type NetworkSize = { name: string; parameters: number; size: Size }

/** @returns how many epochs a training still has at most, and how many of them are at half size */
export function epochsLeft({ settings, done }: Pick<Work, 'settings' | 'done'>): {
  all: number
  half: number
} {
  const left = Array.from({ length: Math.max(0, settings.epochs - done) }, (_, i) => done + i + 1)
  return { all: left.length, half: left.filter((epoch) => isHalfSize(epoch, settings)).length }
}

/** Half the side has a quarter of the pixels. */
const HALF_SIZE_COST = 0.25

/**
 * @param epoch the one that has just ended, and how long its steps took
 * @returns seconds that the epochs after it take, if none stops the training early
 */
export function secondsLeft(
  settings: Work['settings'],
  { epoch, seconds }: { epoch: number; seconds: number },
): number {
  const { all, half } = epochsLeft({ settings, done: epoch })
  const full = isHalfSize(epoch, settings) ? seconds / HALF_SIZE_COST : seconds
  return half * full * HALF_SIZE_COST + (all - half) * full
}

/** @returns seconds that a training takes if it is not stopped early; writing files and plots is not counted */
export function trainingSeconds(work: Work, pace: Pace): number {
  const { all, half } = epochsLeft(work)
  const steps = work.train.images * (half * pace.half + (all - half) * pace.full)
  return steps + pace.forward * (all * work.validation.images + work.evaluated)
}

/** @returns words such as "4,168 images of 2,277 patients" */
export const describeCount = ({ images, patients }: Count): string =>
  `${amount(images, 'image')} of ${amount(patients, 'patient')}`

/** @returns words such as "1 trial" or "1,200 trials" */
export const amount = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`

/**
 * @returns words such as "at most 120 epochs, 72 of them at half size"; "at most" only where a training can stop before
 */
export function describeEpochs(work: Pick<Work, 'settings' | 'done'>): string {
  const { all, half } = epochsLeft(work)
  const isOpen = all - half > work.settings.patience // no epoch at half size uses up patience
  const sizes =
    half === 0 ? '' : half === all ? ' at half size' : `, ${half.toLocaleString('en')} of them at half size`
  return `${isOpen ? 'at most ' : ''}${amount(all, work.done > 0 ? 'more epoch' : 'epoch')}${sizes}`
}

const describeNetwork = ({ name, parameters, size }: NetworkSize): string =>
  `${name} (${parameters.toLocaleString('en')} parameters, ${size.width} x ${size.height} pixels)`

/** @returns what a training will do and how long it takes, two sentences */
export function describeTraining(network: NetworkSize, work: Work, pace: Pace): string {
  const { all } = epochsLeft(work)
  const goesOn = `Goes on with ${describeNetwork(network)} after epoch ${work.done}`
  const start =
    all === 0
      ? `${goesOn}, which was the last;`
      : `${work.done > 0 ? goesOn : `Trains ${describeNetwork(network)}`} on ${describeCount(work.train)} for ${describeEpochs(work)};`
  return `${start} evaluates it on ${describeCount(work.validation)}. ${onThisMachine(trainingSeconds(work, pace))}.`
}

/**
 * @param folds all of them, and those that are not done, one at least
 * @returns what a cross-validation will do and how long it takes, two sentences
 */
export function describeFolds(
  network: NetworkSize,
  folds: { all: number; left: Work[] },
  pace: Pace,
): string {
  const { left } = folds
  const meanOf = (count: (work: Work) => number) => Math.round(mean(left.map(count)))
  const head = `Cross-validates ${describeNetwork(network)} in ${amount(folds.all, 'fold')}`
  const done = left.length < folds.all ? `, ${folds.all - left.length} of them done` : ''
  const [{ settings }] = left
  const images = amount(
    meanOf(({ train }) => train.images),
    'image',
  )
  const others = meanOf(({ validation }) => validation.images).toLocaleString('en')
  const each = `each trains on about ${images}, is evaluated on about ${others} others, and lasts ${describeEpochs({ settings, done: 0 })}`
  const seconds = left.reduce((sum, work) => sum + trainingSeconds(work, pace), 0)
  return `${head}${done}: ${each}. ${onThisMachine(seconds)}.`
}

/** @returns words such as "About 55 minutes on this machine", the beginning of a sentence */
export function onThisMachine(seconds: number): string {
  const [first, ...rest] = duration(seconds)
  return `${first.toUpperCase()}${rest.join('')} on this machine`
}

/**
 * Says a stretch of time the way people do: the estimate is no better than these steps.
 *
 * @returns "less than half a minute", tens of seconds under two minutes, minutes under three hours, else hours and tens
 * of minutes; all but the first begin with "about"
 */
export function duration(seconds: number): string {
  const tens = 10 * Math.round(seconds / 10)
  if (tens < 30) return 'less than half a minute'
  if (tens < 120) return `about ${tens} seconds`
  const minutes = Math.round(seconds / 60)
  if (minutes < 180) return `about ${minutes} minutes`
  const rounded = 10 * Math.round(minutes / 10)
  const [hours, rest] = [Math.floor(rounded / 60), rounded % 60]
  return `about ${hours.toLocaleString('en')} hours${rest > 0 ? ` ${rest} minutes` : ''}`
}
