import { describe, expect, it, vi } from 'vitest'
import { within } from '../../../../functions/src/serving/deadline.ts'

describe('within', () => {
  it('gives what a promise resolves to in time', async () => {
    expect(await within(1000, Promise.resolve('here'))).toBe('here')
  })

  it('gives nothing when the time is up, and not before', async () => {
    vi.useFakeTimers()
    try {
      const settled = vi.fn()
      const waiting = within(100, new Promise(() => {})).then(settled)
      await vi.advanceTimersByTimeAsync(99)
      expect(settled).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      await waiting
      expect(settled).toHaveBeenCalledExactlyOnceWith(undefined)
    } finally {
      vi.useRealTimers()
    }
  })

  it('rejects as the promise does', async () => {
    await expect(within(1000, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })

  it('leaves no timer behind that would keep the process alive', async () => {
    vi.useFakeTimers()
    try {
      await within(1000, Promise.resolve())
      await within(1000, Promise.reject(new Error('broken'))).catch(() => {})
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
