import { drawExplanation, evidence } from '@zoidberg/core/explanation.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

const labels = ['NORMAL', 'BACTERIA', 'VIRUS'] as const
const size = { width: 8, height: 8 }
/** One cell of four has evidence: of bacteria on the left, of a virus on the right. */
const map = { width: 2, height: 1, values: Float32Array.from([0, 4, 0, 0, 0, 4]) }

describe('evidence', () => {
  it('is the difference to NORMAL, positive only, full from four logits on', () => {
    expect([...evidence(map, 1)]).toEqual([1, 0])
    expect([...evidence({ width: 2, height: 1, values: Float32Array.from([1, 3, 0, 2, 0, 0]) }, 1)]).toEqual([
      0.5, 0,
    ])
    expect([...evidence({ width: 2, height: 1, values: Float32Array.from([0, 8, 0, 0, 4, 0]) }, 1)]).toEqual([
      1, 0.5,
    ])
  })
})

describe('drawExplanation', () => {
  const draw = (BACTERIA: number, VIRUS: number) =>
    drawExplanation(map, labels, { NORMAL: 1 - BACTERIA - VIRUS, BACTERIA, VIRUS }, size)
  it('shows the evidence of the answer', async () => {
    const { label, png } = await draw(0.3, 0.4)
    expect(label).toBe('VIRUS')
    const { data } = await sharp(Buffer.from(png, 'base64')).raw().toBuffer({ resolveWithObject: true })
    expect(data[3]).toBe(0)
    expect(data[4 * 7 + 3]).toBeGreaterThan(100)
  })
  it('of a normal answer shows that of the kind which the answer has for likelier', async () => {
    expect((await draw(0.2, 0.1)).label).toBe('BACTERIA')
    expect((await draw(0.1, 0.2)).label).toBe('VIRUS')
  })
})
