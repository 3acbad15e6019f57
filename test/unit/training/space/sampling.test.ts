import { createRandom } from '@zoidberg/training/random.ts'
import { encode, gridOf, pointOf, randomPoint, valuesAt } from '@zoidberg/training/space/sampling.ts'
import { assertSpace, keyOf, type Space } from '@zoidberg/training/space/space.ts'
import { describe, expect, it } from 'vitest'

const space: Space = {
  filters: { type: 'integer', low: 32, high: 128, step: 16 },
  rate: { type: 'float', low: 1e-4, high: 1e-2, scale: 'log' },
  optimizer: { type: 'choice', values: ['adam', 'adamw'] },
  decay: { type: 'float', low: 0, high: 0.1, when: { name: 'optimizer', in: ['adamw'] } },
}

describe('a search space', () => {
  it('gives values of its type at every point, and the point back', () => {
    const random = createRandom(1)
    for (let i = 0; i < 200; i++) {
      const values = valuesAt(space, randomPoint(space, random))
      expect(valuesAt(space, pointOf(space, values))).toMatchObject({
        ...values,
        rate: expect.closeTo(values.rate as number, 10),
        ...('decay' in values ? { decay: expect.closeTo(values.decay as number, 10) } : {}),
      })
      expect([32, 48, 64, 80, 96, 112, 128]).toContain(values.filters)
      expect('decay' in values).toBe(values.optimizer === 'adamw')
    }
  })
  it('draws a logarithmic dimension evenly over its magnitudes', () => {
    const random = createRandom(2)
    const draws = Array.from(
      { length: 2000 },
      () => valuesAt(space, randomPoint(space, random)).rate as number,
    )
    expect(draws.filter((rate) => rate < 1e-3).length / 2000).toBeCloseTo(0.5, 1)
  })
  it('measures choices one-hot and what is inactive in the middle', () =>
    expect(encode(space, { filters: 32, rate: 1e-4, optimizer: 'adam' })).toEqual([0.5 / 7, 0, 1, 0, 0.5]))
  it('has a grid of every combination, conditions kept', () => {
    const grid = gridOf(space)
    expect(grid.length).toBe(7 * 5 * (1 + 5))
    expect(new Set(grid.map(keyOf)).size).toBe(grid.length)
    expect(grid[0]).toEqual({ filters: 32, rate: 1e-4, optimizer: 'adam' })
  })
  it.each<[Space, RegExp]>([
    [{ a: { type: 'choice', values: [] } }, /a has nothing to choose from/],
    [{ a: { type: 'float', low: 1, high: 1 } }, /a has nothing to choose from/],
    [{ a: { type: 'float', low: 0, high: 1, scale: 'log' } }, /a is logarithmic and must begin above 0/],
    [
      { a: { type: 'integer', low: 0, high: 1, when: { name: 'b', in: [1] } } },
      /a depends on b, which is not declared/,
    ],
  ])('%j is refused', (wrong, message) => expect(() => assertSpace(wrong)).toThrow(message))
})
