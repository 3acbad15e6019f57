import { backend } from '@tensorflow/tfjs-core'

/** A GPU that is paid for and not used is an error. @param wanted what ZOIDBERG_DEVICE says @throws Error */
export function assertGpu(wanted: string | undefined): void {
  if (wanted !== 'gpu') return
  const { isUsingGpuDevice } = backend() as { isUsingGpuDevice?: boolean }
  if (!isUsingGpuDevice)
    throw new Error('ZOIDBERG_DEVICE is gpu, but TensorFlow sees no GPU: check the driver and the image.')
}
