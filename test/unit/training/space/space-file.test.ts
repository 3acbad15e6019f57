import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSpace } from '@zoidberg/training/space/space-file.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoidberg-space-'))
})
afterAll(() => rm(folder, { recursive: true }))

const read = async (text: string) => {
  const path = join(folder, 'space.json')
  await writeFile(path, text)
  return readSpace(path, ['learningRate', 'optimizer', 'momentum'])
}

describe('a file with a space', () => {
  it('is read in its order', async () => {
    const space = {
      optimizer: { type: 'choice', values: ['adam', 'sgd'] },
      learningRate: { type: 'float', low: 1e-4, high: 1e-2, scale: 'log' },
      momentum: { type: 'float', low: 0, high: 1, when: { name: 'optimizer', in: ['sgd'] } },
    }
    expect(Object.entries(await read(JSON.stringify(space)))).toEqual(Object.entries(space))
  })
  it.each([
    ['{', /is no JSON/],
    ['{}', /names nothing to search/],
    ['{"depth": {"type": "integer", "low": 1, "high": 3}}', /no setting "depth"; there are learningRate/],
    ['{"learningRate": {"type": "range"}}', /learningRate/],
    ['{"learningRate": {"type": "float", "low": 2, "high": 1}}', /learningRate has nothing to choose from/],
    ['{"learningRate": {"type": "float", "low": 0, "high": 1, "scale": "log"}}', /must begin above 0/],
    ['{"learningRate": {"type": "float", "low": 0, "high": 1, "lo": 3}}', /learningRate: .*"lo"/],
  ])('%s is refused', (text, message) => expect(read(text)).rejects.toThrow(message))
  it('that is not there is named', () =>
    expect(readSpace(join(folder, 'none.json'), [])).rejects.toThrow(/none.json cannot be read: ENOENT/))
})
