import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Tensor, tensor4d } from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { buildKeras, type RANGES } from '@zoidberg/training/keras/build.ts'
import { readKeras } from '@zoidberg/training/keras/read.ts'
import { beforeAll, describe, expect, it } from 'vitest'

const FIXTURES = join(import.meta.dirname, '../../../fixtures/keras')
const SIDE = 32
/** What Keras itself answered; make.py beside the models writes both. */
const ANSWERS = JSON.parse(readFileSync(join(FIXTURES, 'answers.json'), 'utf8'))
const images = () =>
  tensor4d(
    Float32Array.from({ length: 2 * SIDE * SIDE }, (_, i) => (i * 7919) % 251),
    [2, SIDE, SIDE, 1],
  )

beforeAll(() => loadEngine('native'))

async function answersOf(file: string, range: keyof typeof RANGES, order: number[]): Promise<number[][]> {
  const { network, size } = buildKeras(await readKeras(join(FIXTURES, file)), { range, order })
  expect(size).toEqual({ height: SIDE, width: SIDE })
  return (network.predict(images()) as Tensor).arraySync() as number[][]
}

describe('a Keras model', () => {
  it.each(['sequential.keras', 'sequential.h5'])('answers as %s does in Keras', async (file) => {
    const rows = await answersOf(file, '0..255', [0, 1, 2])
    ANSWERS.sequential.forEach((wanted: number[], i: number) =>
      wanted.forEach((p, k) => expect(rows[i][k]).toBeCloseTo(p, 5)),
    )
  })
  it('has its classes in our order', async () => {
    const [row] = await answersOf('sequential.keras', '0..255', [1, 0, 2])
    const [first, second, third] = ANSWERS.sequential[0]
    ;[second, first, third].forEach((p, k) => expect(row[k]).toBeCloseTo(p, 5))
  })
  it.each(['residual.keras', 'residual.h5'])(
    'of colour images, with branches and one output answers as %s does',
    async (file) => {
      const rows = await answersOf(file, '-1..1', [0, 1])
      ANSWERS.residual.forEach(([p]: number[], i: number) => {
        expect(rows[i][1]).toBeCloseTo(p, 5)
        expect(rows[i][0]).toBeCloseTo(1 - p, 5)
      })
    },
  )
  it('of other classes than the data set is refused', () =>
    expect(answersOf('sequential.keras', '0..255', [0, 1])).rejects.toThrow(
      /the network has 3 classes, and the data set has 2/,
    ))
  it('with a layer that is not known is refused by its name', async () => {
    const layers = await readKeras(join(FIXTURES, 'sequential.keras'))
    layers[2].className = 'Lambda'
    expect(() => buildKeras(layers, { range: '0..255', order: [0, 1, 2] })).toThrow(
      /layer "conv2d" is a Lambda, which is not known here; there are Rescaling, Conv2D/,
    )
  })
  it('that is none is refused', async () => {
    const path = join(tmpdir(), `zoidberg-no-keras-${process.pid}.h5`)
    await writeFile(path, 'no model')
    await expect(readKeras(path)).rejects.toThrow(/is no saved model of Keras/)
    await expect(readKeras(join(FIXTURES, 'none.h5'))).rejects.toThrow(/none.h5 cannot be read: ENOENT/)
  })
})
