import type { Prediction } from '@zoidberg/client/client.ts'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { curlFor } from '../../../../hosting/src/answer/curl.ts'
import { toCsv, toJson } from '../../../../hosting/src/answer/results.ts'

const prediction: Prediction = {
  file: 'image',
  label: 'VIRUS',
  probabilities: { NORMAL: 0.25, BACTERIA: 0.25, VIRUS: 0.5 },
  decision: { positive: true, probability: 0.75, threshold: 0.5, operatingPoint: 'balanced' },
  model: { id: 'model-1', channel: 'production' },
  image: { width: 10, height: 10, format: 'jpeg' },
  warnings: [
    { code: 'tiny', message: '' },
    { code: 'colour', message: '' },
  ],
  timing: { decodeMs: 1, inferMs: 1, totalMs: 2 },
  explanation: { png: 'iVBOR', width: 1, height: 1, label: 'VIRUS' },
}
const rows = [
  { file: '=evil, "quoted".jpg', prediction },
  { file: 'broken.jpg', error: 'is no image' },
]

describe('answers as a table', () => {
  it('have a line each, which spreadsheets take for no formula', () => {
    const [first, second] = parse(toCsv(rows), { columns: true }) as Record<string, string>[]
    expect(first).toMatchObject({
      file: '\'=evil, "quoted".jpg',
      label: 'VIRUS',
      VIRUS: '0.5',
      probability: '0.75',
      operatingPoint: 'balanced',
      warnings: 'tiny colour',
      error: '',
    })
    expect(second).toMatchObject({ file: 'broken.jpg', label: '', error: 'is no image' })
  })
})

describe('answers as JSON', () => {
  it('are whole but for the map', () => {
    const [first, second] = JSON.parse(toJson(rows))
    expect(first).toMatchObject({ file: '=evil, "quoted".jpg', label: 'VIRUS', model: { id: 'model-1' } })
    expect(first).not.toHaveProperty('explanation')
    expect(second).toEqual({ file: 'broken.jpg', error: 'is no image' })
  })
})

describe('the command for a terminal', () => {
  const server = { origin: 'https://example.org', model: 'production' }
  it('sends the file', () =>
    expect(curlFor({ file: 'a.jpg' }, server)).toBe(
      "curl -F 'image=@a.jpg' 'https://example.org/api/predict?explain=1&model=production'",
    ))
  it('gets a sample first', () =>
    expect(curlFor({ file: 'sample-1.jpeg', sample: 'a b' }, server)).toMatch(
      /^curl -o 'sample-1.jpeg' 'https:\/\/example.org\/api\/samples\/a%20b' && curl -F/,
    ))
  it('lets a name run nothing', () =>
    expect(curlFor({ file: "'; rm -rf ~; '.jpg" }, server)).toContain(
      String.raw`'image=@'\''; rm -rf ~; '\''.jpg'`,
    ))
})
