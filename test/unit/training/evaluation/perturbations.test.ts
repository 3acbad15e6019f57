import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { PERTURBATIONS } from '@zoidberg/training/evaluation/perturbations.ts'
import { expect, it } from 'vitest'

const size = { height: 48, width: 48 }
const image = drawPhantom('VIRUS', 1, size)

it.each(Object.entries(PERTURBATIONS).filter(([name]) => name !== 'plain'))(
  '"%s" changes an image, always in the same way, and leaves the original alone',
  async (_, perturb) => {
    const before = Uint8Array.from(image)
    const changed = Uint8Array.from(await perturb(image, size, false))
    expect(changed).toHaveLength(image.length)
    expect(changed).not.toEqual(before)
    expect(Uint8Array.from(await perturb(image, size, false))).toEqual(changed)
    expect(image).toEqual(before)
  },
)

it('gives normals the image statistics of pneumonias, and leaves pneumonias as they are', async () => {
  const perturb = PERTURBATIONS['normals framed as pneumonias']
  expect(await perturb(image, size, true)).toEqual(image)
  expect(await perturb(image, size, false)).not.toEqual(image)
})
