/** What options take besides words. */
import { MAX_SIDE, MIN_SIDE } from '@zoidberg/core/contract/limits.ts'
import { type Command, InvalidArgumentError } from 'commander'
import type { DatasetOptions } from '../dataset/dataset.ts'
import { patientPattern } from '../dataset/patient.ts'

/**
 * Reads the side of a model's square.
 *
 * @returns a number of pixels
 * @throws InvalidArgumentError if it is no whole number within the limits
 */
export function side(text: string): number {
  const pixels = Number(text)
  if (/^\d+$/.test(text) && pixels >= MIN_SIDE && pixels <= MAX_SIDE) return pixels
  throw new InvalidArgumentError(`a whole number of pixels from ${MIN_SIDE} to ${MAX_SIDE}, please.`)
}

/**
 * Reads a count.
 *
 * @returns a whole number from 1 on
 * @throws InvalidArgumentError if it is none
 */
export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a whole number from 1 on, please.')
}

/** @returns the list with one more value, for options that may be given again and again */
export const collect = (value: string, list: string[]): string[] => [...list, value]

/** @property patientPattern as commander names it */
export type DataOptions = { negative?: string; patientPattern?: RegExp; givenSplit?: boolean }

/** Adds what every command takes that reads a data set: what its names do not tell. */
export const withDataOptions = (command: Command): Command =>
  command
    .option('--negative <class>', 'the class that means that nothing was found; NORMAL where there is one')
    .option(
      '--patient-pattern <regex>',
      'a regular expression whose first group is the patient, read from the path',
      patientPattern,
    )
    .option(
      '--given-split',
      'keep val/ as the validation part; else it is pooled with train/ and split by patients',
    )

/** @returns the same for `loadDataset` */
export const datasetOptionsOf = ({
  negative,
  patientPattern: patients,
  givenSplit,
}: DataOptions): DatasetOptions => ({
  negative,
  patients,
  keepsParts: givenSplit,
})
