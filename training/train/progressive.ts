/**
 * Progressive resizing (Tan & Le 2021, "EfficientNetV2", section 4): the first epochs see half the pixels along each side,
 * which is a quarter of the arithmetic, and the same weights go on at full size.
 */
import { avgPool, type Tensor4D } from '@tensorflow/tfjs-core'
import type { TrainingSettings } from '../models/definition.ts'

/** Whether an epoch, counted from 1, is trained at half size. */
export const isHalfSize = (
  epoch: number,
  { epochs, halfSize }: Pick<TrainingSettings, 'epochs' | 'halfSize'>,
): boolean => epoch <= halfSize * epochs

/** Means of 2 x 2 pixels: `[batch, height, width, channels]` to `[batch, height / 2, width / 2, channels]`. */
export const halve = (x: Tensor4D): Tensor4D => avgPool(x, 2, 2, 'valid')
