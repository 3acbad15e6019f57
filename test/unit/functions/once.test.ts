import { expect, it, vi } from 'vitest'
import { once } from '../../../functions/src/once.ts'

it('once makes one thing for all who ask', async () => {
  const make = vi.fn(async () => ({}))
  const get = once(make)
  const [a, b] = await Promise.all([get(), get()])
  expect(a).toBe(b)
  expect(await get()).toBe(a)
  expect(make).toHaveBeenCalledOnce()
})

it('once tries again what has failed', async () => {
  const make = vi.fn(async () => 1).mockRejectedValueOnce(new Error('the network is down'))
  const get = once(make)
  await expect(get()).rejects.toThrow('the network is down')
  expect(await get()).toBe(1)
})
