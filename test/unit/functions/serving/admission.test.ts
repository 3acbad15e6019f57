import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createAdmission } from '../../../../functions/src/serving/admission.ts'
import { createBudget } from '../../../../functions/src/serving/budget.ts'

const refusal = { type: 'too-many-requests', retryAfter: 1 }

describe('admission', () => {
  it('refuses what does not go in, and takes it when there is room again', async () => {
    const admission = createAdmission({ images: 4 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const first = admission.use(3, undefined, () => promise)
    await expect(admission.use(2, undefined, async () => 'no')).rejects.toMatchObject(refusal)
    expect(await admission.use(1, undefined, async () => 'fits')).toBe('fits')
    resolve()
    await first
    expect(await admission.use(2, undefined, async () => 'yes')).toBe('yes')
  })

  it('takes a request that is larger than the limit where nobody else is', async () => {
    const admission = createAdmission({ images: 4 })
    const work = () => Promise.reject(new Error('it ran'))
    await expect(admission.use(16, undefined, work)).rejects.toThrow('it ran')
    expect(() => admission.assertRoom()).not.toThrow()
  })

  it('says before anything is read that there is no room', async () => {
    const admission = createAdmission({ images: 1 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const work = admission.use(1, undefined, () => promise)
    expect(() => admission.assertRoom()).toThrow(/too much to do/)
    resolve()
    await work
    expect(() => admission.assertRoom()).not.toThrow()
  })

  it('ends the waiting of what waits too long', async () => {
    const admission = createAdmission({ waitMs: 20 })
    const budget = createBudget(1)
    const { promise, resolve } = Promise.withResolvers<void>()
    const first = budget.use(1, () => promise)
    const late = admission.use(1, undefined, (signal) => budget.use(1, async () => 'never', signal))
    await expect(late).rejects.toMatchObject(refusal)
    resolve()
    await first
    expect(await budget.use(1, async () => 'next')).toBe('next')
  })

  it('gives up the place of a client that has gone', async () => {
    const admission = createAdmission({ images: 1 })
    const budget = createBudget(1)
    const { promise, resolve } = Promise.withResolvers<void>()
    const first = budget.use(1, () => promise)
    const gone = new AbortController()
    const abandoned = admission.use(1, gone.signal, (signal) => budget.use(1, async () => 'never', signal))
    await sleep(1)
    gone.abort()
    await expect(abandoned).rejects.toMatchObject(refusal)
    expect(() => admission.assertRoom()).not.toThrow()
    resolve()
    await first
  })
})
