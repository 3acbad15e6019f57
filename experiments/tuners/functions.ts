/** Functions with a known best value, to be maximised; reference.py has the same. */
import type { Space, Values } from '@zoidberg/training/space/space.ts'

type Known = { space: Space; evaluate(values: Values): number; optimum: number }

const unit = { type: 'float', low: 0, high: 1 } as const
const number = (values: Values, name: string) => values[name] as number

const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
const ALPHA = [1, 1.2, 3, 3.2]

export const FUNCTIONS: Record<string, Known> = {
  Branin: {
    space: { x: { type: 'float', low: -5, high: 10 }, y: { type: 'float', low: 0, high: 15 } },
    evaluate(values) {
      const [x, y] = [number(values, 'x'), number(values, 'y')]
      const b = 5.1 / (4 * Math.PI ** 2)
      return -(
        (y - b * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
        10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
        10
      )
    },
    optimum: -0.397887,
  },
  'Hartmann 6': {
    space: { a: unit, b: unit, c: unit, d: unit, e: unit, f: unit },
    evaluate(values) {
      const x = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => number(values, name))
      return ALPHA.reduce(
        (sum, alpha, i) =>
          sum + alpha * Math.exp(-x.reduce((s, v, j) => s + A[i][j] * (v - P[i][j]) ** 2, 0)),
        0,
      )
    },
    optimum: 3.32237,
  },
  mixed: {
    space: {
      rate: { type: 'float', low: 1e-4, high: 1e-1, scale: 'log' },
      units: { type: 'integer', low: 16, high: 256, step: 16 },
      optimizer: { type: 'choice', values: ['adam', 'sgd', 'rmsprop'] },
      dropout: { type: 'float', low: 0, high: 0.6 },
    },
    /** Like a network's accuracy: each optimiser has its own best rate. */
    evaluate(values) {
      const best = { adam: -3, sgd: -1.5, rmsprop: -3.3 }[values.optimizer as string] as number
      const bonus = { adam: 0, sgd: -0.02, rmsprop: -0.01 }[values.optimizer as string] as number
      const rate = (Math.log10(number(values, 'rate')) - best) ** 2
      const units = ((number(values, 'units') - 160) / 160) ** 2
      const dropout = (number(values, 'dropout') - 0.2 - number(values, 'units') / 1000) ** 2
      return bonus - 0.1 * rate - 0.08 * units - 0.5 * dropout
    },
    // At adam, 1e-3, 160 units, dropout 0.36.
    optimum: 0,
  },
}
