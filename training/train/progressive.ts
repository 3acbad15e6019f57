/**
 * Progressive resizing (Tan & Le 2021, "EfficientNetV2", section 4): the first epochs see half the pixels along each
 * side, which is a quarter of the arithmetic, and the same weights go on at full size.
 */
import { avgPool, type Tensor4D } from '@tensorflow/tfjs-core'
import type { TrainingSettings } from '../networks/definition.ts'

/** @returns whether an epoch, counted from 1, is trained at half size */
export const isHalfSize = (
  epoch: number,
  { epochs, halfSize }: Pick<TrainingSettings, 'epochs' | 'halfSize'>,
): boolean => epoch <= halfSize * epochs

/**
 * Halves images by the means of 2 x 2 pixels.
 *
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, height / 2, width / 2, channels]`, odd sides rounded down
 */
export const halve = (x: Tensor4D): Tensor4D => avgPool(x, 2, 2, 'valid')
