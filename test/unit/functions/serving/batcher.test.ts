import { describe, expect, it } from 'vitest'
import { MAX_BATCH, predictBatched } from '../../../../functions/src/serving/batcher.ts'
import { loadedModel } from '../support/loaded-model.ts'

describe('predictBatched', () => {
  it('joins what waits at the same time, in order, and gives maps only to those who asked', async () => {
    const sizes: number[] = []
    const model = loadedModel('one', {
      async predict(images) {
        sizes.push(images.length)
        return {
          probabilities: images.map((image) => Float32Array.of(image[0])),
          maps: images.map(() => ({ height: 1, width: 1, values: new Float32Array(2) })),
        }
      },
    })
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => predictBatched(model, Uint8Array.of(i), { explain: i === 3 })),
    )
    expect(sizes).toEqual([MAX_BATCH, MAX_BATCH, 20 - 2 * MAX_BATCH])
    expect(results.map(({ probabilities }) => probabilities[0])).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    )
    expect(results.map(({ map }) => map !== undefined)).toEqual(Array.from({ length: 20 }, (_, i) => i === 3))
  })

  it('shares what waits out among the passes that a model takes at a time, and no more run', async () => {
    const ends: (() => void)[] = []
    const sizes: number[] = []
    const model = loadedModel('one', {
      parallel: 2,
      async predict(images) {
        sizes.push(images.length)
        await new Promise<void>((end) => ends.push(end))
        return { probabilities: images.map((image) => Float32Array.of(image[0])) }
      },
    })
    const ask = (image: number) => predictBatched(model, Uint8Array.of(image), { explain: false })
    const first = [1, 2, 3].map(ask)
    await new Promise(setImmediate)
    expect(sizes).toEqual([2, 1])
    // While both run, a batch forms; it starts when one has ended.
    const second = [4, 5, 6].map(ask)
    await new Promise(setImmediate)
    expect(sizes).toEqual([2, 1])
    ends[0]()
    await Promise.all(first.slice(0, 2))
    await new Promise(setImmediate)
    expect(sizes).toEqual([2, 1, 3])
    for (const end of ends) end()
    const answers = await Promise.all([...first, ...second])
    expect(answers.map(({ probabilities }) => probabilities[0])).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('rejects everyone in a batch that fails, and then goes on', async () => {
    let fails = true
    const model = loadedModel('one', {
      async predict(images) {
        if (fails) throw new Error('out of memory')
        return { probabilities: images.map(() => Float32Array.of(1)) }
      },
    })
    await expect(predictBatched(model, Uint8Array.of(1), { explain: false })).rejects.toThrow('out of memory')
    fails = false
    expect((await predictBatched(model, Uint8Array.of(1), { explain: false })).probabilities).toEqual(
      Float32Array.of(1),
    )
  })

  it('leaves out whoever does not wait any more', async () => {
    const seen: number[] = []
    const model = loadedModel('one', {
      predict: async (images) => {
        seen.push(...images.map(([first]) => first))
        return { probabilities: images.map(() => Float32Array.of(1)) }
      },
    })
    const gone = new AbortController()
    const ask = (image: number, signal?: AbortSignal) =>
      predictBatched(model, Uint8Array.of(image), { explain: false, signal })
    const answers = Promise.allSettled([ask(1), ask(2, gone.signal), ask(3)])
    gone.abort(new Error('gone'))
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(seen).toEqual([1, 3])
  })
})
