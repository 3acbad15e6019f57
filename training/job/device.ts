/** The device that TensorFlow computes on. */
import { backend } from '@tensorflow/tfjs-core'

/**
 * Makes sure that a GPU which is paid for is used.
 *
 * @param wanted what ZOIDBERG_DEVICE says
 * @throws Error if a GPU is wanted and TensorFlow sees none
 */
export function assertGpu(wanted: string | undefined): void {
  if (wanted !== 'gpu') return
  const { isUsingGpuDevice } = backend() as { isUsingGpuDevice?: boolean }
  if (!isUsingGpuDevice)
    throw new Error('ZOIDBERG_DEVICE is gpu, but TensorFlow sees no GPU: check the driver and the image.')
}
