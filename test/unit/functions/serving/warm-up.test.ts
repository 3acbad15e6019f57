import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { describe, expect, it, vi } from 'vitest'
import { warmUp } from '../../../../functions/src/serving/warm-up.ts'
import { manifestFor } from '../../../support/models.ts'

describe('warmUp', () => {
  const model = (predict: LoadedModel['predict']) => ({
    manifest: manifestFor('cold-model', 4),
    parallel: 1,
    predict: vi.fn(predict),
    dispose: vi.fn(),
  })
  it('lets a model predict once, map and all, and gives it back', async () => {
    const good = model(async () => ({ probabilities: [Float32Array.of(0.5, 0.5)] }))
    expect(await warmUp(good)).toBe(good)
    expect(good.predict).toHaveBeenCalledExactlyOnceWith([new Uint8Array(16)], true)
    expect(good.dispose).not.toHaveBeenCalled()
  })
  it.each([
    ['throws', () => Promise.reject(new Error('no such kernel')), /no such kernel/],
    ['gives no numbers', async () => ({ probabilities: [Float32Array.of(Number.NaN, 1)] }), /no numbers/],
  ])('refuses and disposes a model that %s', async (_, predict, message) => {
    const bad = model(predict)
    await expect(warmUp(bad)).rejects.toThrow(message)
    expect(bad.dispose).toHaveBeenCalledOnce()
  })
})
