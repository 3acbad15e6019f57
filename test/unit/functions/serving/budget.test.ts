import { describe, expect, it } from 'vitest'
import { createBudget } from '../../../../functions/src/serving/budget.ts'

/** Work that ends when it is told to. */
function createWork() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let isRunning = false
  return {
    end,
    isRunning: () => isRunning,
    async run() {
      isRunning = true
      await ended
      isRunning = false
    },
  }
}

describe('a budget', () => {
  it('lets work run side by side as long as it is enough for all', async () => {
    const budget = createBudget(10)
    const [a, b, c] = [createWork(), createWork(), createWork()]
    const all = [budget.use(6, a.run), budget.use(4, b.run), budget.use(1, c.run)]
    await new Promise(setImmediate)
    expect([a, b, c].map((work) => work.isRunning())).toEqual([true, true, false])
    b.end()
    await new Promise(setImmediate)
    expect(c.isRunning()).toBe(true)
    a.end()
    c.end()
    await Promise.all(all)
  })
  it('is spent in the order in which work came, so that small pieces never starve a large one', async () => {
    const budget = createBudget(10)
    const [small, large, later] = [createWork(), createWork(), createWork()]
    const all = [budget.use(5, small.run), budget.use(10, large.run), budget.use(1, later.run)]
    await new Promise(setImmediate)
    expect([large.isRunning(), later.isRunning()]).toEqual([false, false])
    small.end()
    await new Promise(setImmediate)
    expect([large.isRunning(), later.isRunning()]).toEqual([true, false])
    large.end()
    later.end()
    await Promise.all(all)
  })
  it('lets alone what is more than all of it, and gives back what failed work took', async () => {
    const budget = createBudget(10)
    await expect(budget.use(11, () => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
    expect(await budget.use(10, async () => 7)).toBe(7)
  })
})
