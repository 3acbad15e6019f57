import { SIDE } from '@zoidberg/core/run.ts'
import { InvalidArgumentError } from 'commander'

/** The side of a model's square, in pixels. */
export function side(text: string): number {
  const pixels = Number(text)
  if (/^\d+$/.test(text) && pixels >= SIDE.least && pixels <= SIDE.most) return pixels
  throw new InvalidArgumentError(`a whole number of pixels from ${SIDE.least} to ${SIDE.most}, please.`)
}

export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a whole number from 1 on, please.')
}
