import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { SHIFTS, shiftFigures } from '@zoidberg/training/evaluation/shifts.ts'
import { thresholdUnderShift } from '@zoidberg/training/evaluation/threshold-under-shift.ts'
import { confusionAt, rates } from '@zoidberg/training/metrics/binary.ts'
import { expect, it } from 'vitest'

const size = { height: 48, width: 48 }
const image = drawPhantom('VIRUS', 1, size)

it.each(Object.entries(SHIFTS).filter(([name]) => name !== 'plain'))(
  '"%s" changes an image, always in the same way, and leaves the original alone',
  async (_, transform) => {
    const before = Uint8Array.from(image)
    const shifted = Uint8Array.from(await transform(image, size, 'NORMAL'))
    expect(shifted).toHaveLength(image.length)
    expect(shifted).not.toEqual(before)
    expect(Uint8Array.from(await transform(image, size, 'NORMAL'))).toEqual(shifted)
    expect(image).toEqual(before)
  },
)

it('frames normals as pneumonias, and leaves pneumonias as they are', async () => {
  const transform = SHIFTS['normals framed as pneumonias']
  expect(await transform(image, size, 'VIRUS')).toEqual(image)
  expect(await transform(image, size, 'NORMAL')).not.toEqual(image)
})

it('chooses the threshold that holds over all shifts together, not on plain images alone', () => {
  const truth = [0, 0, 0, 0, 1, 1, 1, 1]
  const plain = [0.1, 0.1, 0.2, 0.2, 0.4, 0.6, 0.8, 0.9]
  const eager = [0.3, 0.4, 0.45, 0.5, 0.7, 0.8, 0.9, 0.95]
  const scores = [
    { name: 'plain', score: plain },
    { name: 'eager', score: eager },
  ]
  const threshold = thresholdUnderShift(truth, scores)
  // Worst of all rates: 0.75 from 0.45 to 0.6, whose middle this is.
  expect(threshold).toBeCloseTo((0.475 + 0.55) / 2, 9)
  expect(shiftFigures(truth, scores, threshold)[1]).toMatchObject({
    name: 'eager',
    sensitivity: 1,
    specificity: 1,
    rocAuc: 1,
  })
  expect(rates(confusionAt(truth, plain, threshold)).sensitivity).toBe(0.75)
})

it('prefers the threshold before the crossing where that is the better one', () => {
  // At 0.25 both rates are 2/3 or more; at the next one up sensitivity is 1/3.
  const truth = [0, 0, 0, 1, 1, 1]
  const score = [0.1, 0.2, 0.7, 0.3, 0.3, 0.9]
  const threshold = thresholdUnderShift(truth, [{ name: 'plain', score }])
  expect(rates(confusionAt(truth, score, threshold))).toMatchObject({ sensitivity: 1, specificity: 2 / 3 })
})

it('finds a threshold even where every score is the same', () =>
  expect(thresholdUnderShift([0, 1], [{ name: 'plain', score: [1, 1] }])).toBeGreaterThan(0))
