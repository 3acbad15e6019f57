import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { createPredictions, type Upload } from '../../../../functions/src/service/predictions.ts'
import { createAdmission } from '../../../../functions/src/serving/admission.ts'
import { phantom } from '../../../support/images.ts'
import { loadedModel } from '../support/loaded-model.ts'

const payer = { key: 'somebody', perMinute: 60 }

function setUp(
  predict = async (images: Uint8Array[]) => ({
    probabilities: images.map(() => Float32Array.of(0.25, 0.75)),
  }),
) {
  const model = loadedModel('one', { predict })
  const use = vi.fn((_wanted: unknown, _caller: unknown, work: (chosen: object) => Promise<never>) =>
    work({ model, channel: 'production' }),
  )
  const count = vi.fn()
  const pay = vi.fn(async () => {})
  const sample = vi.fn(async (_: string): Promise<Uint8Array> => phantom())
  const predictions = createPredictions({
    models: { use } as never,
    counters: { count, flushIfDue: async () => {} },
    admission: createAdmission(),
    rateLimit: { pay },
    sample,
    onAnswered: () => {},
  })
  return { ...predictions, use, count, sample, pay }
}

describe('predictions', () => {
  it('come from the model that the caller means', async () => {
    const { predict, use } = setUp()
    const image = await phantom()
    const prediction = await predict({
      image,
      model: 'trial',
      caller: 'me',
      payer,
      operatingPoint: 'screening',
    })
    expect(prediction).toMatchObject({
      file: 'image',
      label: 'PNEUMONIA',
      decision: { positive: true, probability: 0.75, threshold: 0.1, operatingPoint: 'screening' },
      model: { id: 'one', channel: 'production' },
    })
    expect(use.mock.calls[0].slice(0, 2)).toEqual(['trial', 'me'])
  })

  it('of a sample bear its id', async () => {
    const { predict, sample } = setUp()
    expect((await predict({ sample: 'one.001', caller: '', payer })).file).toBe('one.001')
    expect(sample).toHaveBeenCalledExactlyOnceWith('one.001')
  })

  it('of several files come in their order, errors in their places, from one model', async () => {
    const { predictAll, use, count } = setUp()
    const bytes = await phantom()
    const uploads = [
      { file: 'a', bytes, tooLarge: false },
      { file: 'b', bytes: Buffer.from('nonsense'), tooLarge: false },
      { file: 'c', bytes: new Uint8Array(), tooLarge: true },
      { file: 'd', bytes, tooLarge: false },
    ]
    const results = await predictAll({ uploads, caller: '', payer })
    expect(results).toMatchObject([
      { file: 'a' },
      { type: 'not-an-image', file: 'b' },
      { type: 'too-large', file: 'c' },
      { file: 'd' },
    ])
    expect(use).toHaveBeenCalledOnce()
    expect(count.mock.calls.map(([id, { file }]) => [id, file]).toSorted()).toEqual([
      ['one', 'a'],
      ['one', 'b'],
      ['one', 'd'],
    ])
  })

  it('are made of no more pixels than a request may have, whatever its files weigh', async () => {
    const { predictAll } = setUp()
    const side = 7000
    const raw = { width: side, height: side, channels: 1 as const }
    const bytes = await sharp(Buffer.alloc(side * side), { raw })
      .png({ compressionLevel: 1 })
      .toBuffer()
    const uploads: Upload[] = Array.from({ length: 5 }, (_, i) => ({ file: `${i}`, bytes, tooLarge: false }))
    uploads.push({ file: 'small', bytes: await phantom(), tooLarge: false })
    const results = await predictAll({ uploads, caller: '', payer })
    const refused = results.filter((result) => result instanceof Error)
    expect(refused).toMatchObject([{ type: 'too-large', message: expect.stringContaining('200 megapixels') }])
  })

  it('of one file that cannot be predicted are its error', async () => {
    const { predict } = setUp()
    await expect(predict({ image: Buffer.from('nonsense'), caller: '', payer })).rejects.toMatchObject({
      type: 'not-an-image',
    })
    const large = new Uint8Array(MAX_FILE_BYTES + 1)
    await expect(predict({ image: large, caller: '', payer })).rejects.toMatchObject({ type: 'too-large' })
  })

  it('are never made of what is no number', async () => {
    const { predict, count } = setUp(async () => ({ probabilities: [Float32Array.of(Number.NaN, 1)] }))
    await expect(predict({ image: await phantom(), caller: '', payer })).rejects.toMatchObject({
      type: 'model-unavailable',
      message: 'Model one gave no number for image.',
    })
    expect(count).toHaveBeenCalledOnce()
  })
})
