import { readdir, readFile } from 'node:fs/promises'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { drawExplanation, evidence } from '@zoidberg/core/explanation.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

const labels = ['NORMAL', 'BACTERIA', 'VIRUS'] as const
const size = { width: 8, height: 8 }
/** One cell of four has evidence: of bacteria on the left, of a virus on the right. */
const map = { width: 2, height: 1, values: Float32Array.from([0, 4, 0, 0, 0, 4]) }
const DEFAULT_MODEL = new URL('../../../models/default/', import.meta.url).pathname

/** The strongest place of a picture, from 0 to 1 of the colour's full strength. */
async function strengthOf(png: string): Promise<number> {
  const rgba = await sharp(Buffer.from(png, 'base64')).raw().toBuffer()
  return Math.max(...rgba.filter((_, i) => i % 4 === 3)) / 170
}

describe('evidence', () => {
  it('is the difference to NORMAL, positive only, as a share of the strongest place', () => {
    expect([...evidence(map, 1)]).toEqual([1, 0])
    const values = Float32Array.from([0, 8, 0, 0, 4, 0])
    expect([...evidence({ width: 2, height: 1, values }, 1)]).toEqual([1, 0.5])
  })
  it('is nothing everywhere where nothing speaks for the label', () => {
    const values = Float32Array.from([2, 1, 0, 3, 1, 0])
    expect([...evidence({ width: 2, height: 1, values }, 1)]).toEqual([0, 0])
  })
})

describe('the map of an answer', () => {
  const draw = (BACTERIA: number, VIRUS: number) => {
    const probability = BACTERIA + VIRUS
    const decision = { positive: false, probability, threshold: 0.9, operatingPoint: 'balanced' }
    const probabilities = { NORMAL: 1 - probability, BACTERIA, VIRUS }
    return drawExplanation(map, labels, { label: 'NORMAL', probabilities, decision }, size)
  }
  it('shows the evidence for the likelier kind of pneumonia where it is', async () => {
    const { label, png } = await draw(0.4, 0.5)
    expect(label).toBe('VIRUS')
    const data = await sharp(Buffer.from(png, 'base64')).raw().toBuffer()
    expect(data[3]).toBe(0)
    expect(data[4 * 7 + 3]).toBeGreaterThan(100)
    expect((await draw(0.2, 0.1)).label).toBe('BACTERIA')
  })
  it('is as strong at its strongest place as pneumonia is probable', async () => {
    for (const probability of [0, 0.01, 0.4, 1])
      expect(await strengthOf((await draw(probability, 0)).png)).toBeCloseTo(probability, 1)
  })
  it('looks calm on real films that are called normal, and does not on sure pneumonias', async () => {
    await loadEngine()
    const model = await loadModel(folder(DEFAULT_MODEL))
    const { manifest } = model
    const strengths: { positive: boolean; strength: number }[] = []
    for (const name of (await readdir(`${DEFAULT_MODEL}films`)).filter((name) => name.endsWith('.jpeg'))) {
      const { pixels } = await decodeImage(await readFile(`${DEFAULT_MODEL}films/${name}`), manifest.input)
      const { probabilities, maps } = await model.predict([pixels], true)
      const answer = decide(probabilities[0], manifest)
      if (!maps) throw new Error('the default model has no map')
      const { png } = await drawExplanation(maps[0], manifest.labels, answer, manifest.input)
      strengths.push({ positive: answer.decision.positive, strength: await strengthOf(png) })
    }
    model.dispose()
    const normal = strengths.filter(({ positive }) => !positive).map(({ strength }) => strength)
    const ill = strengths.filter(({ positive }) => positive).map(({ strength }) => strength)
    expect([normal.length, ill.length].every((films) => films >= 7)).toBe(true)
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
    expect(median(normal)).toBeLessThan(0.05)
    expect(median(ill)).toBeGreaterThan(0.95)
    expect(Math.max(...normal)).toBeLessThan(Math.min(...ill))
  })
})
