/** What options take besides words. */
import { MAX_SIDE, MIN_SIDE } from '@zoidberg/core/contract/limits.ts'
import { InvalidArgumentError } from 'commander'

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
