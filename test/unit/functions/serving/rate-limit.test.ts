import { describe, expect, it, vi } from 'vitest'
import { createRateLimit, UNSETTLED } from '../../../../functions/src/serving/rate-limit.ts'
import { type Bucket, take } from '../../../../functions/src/serving/token-bucket.ts'

const payer = { key: 'address 1.1.1.1', perMinute: 30 }

/** As many instances as wanted, with buckets that they share and a clock of their own. */
function setUp() {
  const buckets = new Map<string, Bucket>()
  const clock = { now: 0 }
  const settle = vi.fn(async (key: string, count: number, perMinute: number) => {
    const { taken, after } = take(buckets.get(key), { count, perMinute, now: clock.now })
    buckets.set(key, after)
    return taken
  })
  const onFailure = vi.fn()
  const instance = () => createRateLimit({ settle, onFailure, now: () => clock.now })
  return { instance, settle, onFailure, clock }
}

/** How many of so many images, one by one, are let through. */
async function passing(limits: ReturnType<typeof createRateLimit>[], images: number): Promise<number> {
  let passed = 0
  for (let i = 0; i < images; i++)
    await limits[i % limits.length].pay(payer, 1).then(
      () => passed++,
      () => {},
    )
  return passed
}

describe('the rate limit of a caller', () => {
  it('lets what a minute allows through on one instance, with what is not settled at most', async () => {
    const { instance } = setUp()
    const passed = await passing([instance()], 200)
    expect(passed).toBeGreaterThanOrEqual(payer.perMinute)
    expect(passed).toBeLessThanOrEqual(payer.perMinute + UNSETTLED)
  })

  it('holds over all instances, each with what it has not settled', async () => {
    const { instance } = setUp()
    const passed = await passing([instance(), instance(), instance()], 300)
    expect(passed).toBeGreaterThanOrEqual(payer.perMinute)
    expect(passed).toBeLessThanOrEqual(payer.perMinute + 3 * UNSETTLED)
  })

  it('says when to try again, and then lets the caller through', async () => {
    const { instance, clock } = setUp()
    const limit = instance()
    await passing([limit], 100)
    const refused = await limit.pay(payer, 1).catch((error) => error)
    expect(refused).toMatchObject({ type: 'too-many-requests', retryAfter: expect.any(Number) })
    clock.now = 1000 * refused.retryAfter
    await expect(limit.pay(payer, 1)).resolves.toBeUndefined()
  })

  it('asks the shared bucket once for several images, and never for a caller without a limit', async () => {
    const { instance, settle } = setUp()
    const limit = instance()
    await passing([limit], 2 * UNSETTLED)
    expect(settle).toHaveBeenCalledTimes(2)
    for (let i = 0; i < 100; i++) await limit.pay({ key: 'x', perMinute: 0 }, 16)
    expect(settle).toHaveBeenCalledTimes(2)
  })

  it('tells nobody the address: only its hash leaves the instance', async () => {
    const { instance, settle } = setUp()
    await instance().pay(payer, UNSETTLED)
    expect(settle.mock.calls[0][0]).toMatch(/^[0-9a-f]{32}$/)
  })

  it('answers where the shared bucket cannot be asked, and says so', async () => {
    const onFailure = vi.fn()
    const limit = createRateLimit({ settle: () => Promise.reject(new Error('gone')), onFailure })
    await expect(limit.pay(payer, 16)).resolves.toBeUndefined()
    expect(onFailure).toHaveBeenCalledOnce()
  })
})
