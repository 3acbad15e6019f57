/**
 * Gaussian process regression with a Matérn 5/2 kernel, a length scale per dimension and noise (Rasmussen & Williams
 * 2006, algorithm 2.1 and section 5.4.1). Targets are standardised; hyperparameters maximise the marginal likelihood
 * times priors, by sign-based gradient steps (iRprop-, Igel & Hüsken 2000).
 */

/** Natural logarithms of the length scales, the signal's variance and the noise's variance, in this order. */
export type Hyperparameters = { lengthScales: number[]; signal: number; noise: number }

export type GaussianProcess = {
  hyperparameters: Hyperparameters
  /** Mean and standard deviation of the function (without noise) at a point, in the units of the targets. */
  predict(point: ArrayLike<number>): { mean: number; deviation: number }
}

const JITTER = 1e-10
const SQRT5 = Math.sqrt(5)

/** Matérn 5/2 at a scaled distance, and its derivative over the distance divided by the distance. */
const matern = (r: number): number => (1 + SQRT5 * r + (5 / 3) * r * r) * Math.exp(-SQRT5 * r)
const maternSlope = (r: number): number => (-5 / 3) * (1 + SQRT5 * r) * Math.exp(-SQRT5 * r)

function scaledDistance(a: ArrayLike<number>, b: ArrayLike<number>, lengthScales: number[]): number {
  let sum = 0
  for (let k = 0; k < lengthScales.length; k++) sum += ((a[k] - b[k]) / lengthScales[k]) ** 2
  return Math.sqrt(sum)
}

/** Lower triangle of the Cholesky factor, row by row; undefined if the matrix is not positive definite. */
function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k]
      if (i === j) {
        if (sum <= 0) return undefined
        factor[i * n + i] = Math.sqrt(sum)
      } else factor[i * n + j] = sum / factor[j * n + j]
    }
  return factor
}

/** Solves L x = b in place. */
function forward(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * b[k]
    b[i] = sum / factor[i * n + i]
  }
  return b
}

/** Solves Lᵀ x = b in place. */
function backward(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= factor[i * n + i]
    for (let k = 0; k < i; k++) b[k] -= factor[i * n + k] * b[i]
  }
  return b
}

/**
 * The posterior at fixed hyperparameters.
 *
 * @param points of the same length each @param targets one per point, standardised inside
 */
export function posterior(
  points: readonly ArrayLike<number>[],
  targets: readonly number[],
  hyperparameters: Hyperparameters,
): GaussianProcess {
  const n = points.length
  const mean = targets.reduce((a, b) => a + b, 0) / n
  const deviation = Math.sqrt(targets.reduce((sum, t) => sum + (t - mean) ** 2, 0) / n) || 1
  const { lengthScales, signal } = hyperparameters
  const factor = cholesky(covariance(points, hyperparameters), n)
  if (!factor) throw new Error('the covariance matrix is not positive definite')
  const weights = backward(
    factor,
    n,
    forward(
      factor,
      n,
      Float64Array.from(targets, (t) => (t - mean) / deviation),
    ),
  )
  return {
    hyperparameters,
    predict(point) {
      const k = Float64Array.from(
        points,
        (other) => signal * matern(scaledDistance(point, other, lengthScales)),
      )
      let value = 0
      for (let i = 0; i < n; i++) value += k[i] * weights[i]
      const v = forward(factor, n, k)
      let explained = 0
      for (let i = 0; i < n; i++) explained += v[i] * v[i]
      return {
        mean: mean + deviation * value,
        deviation: deviation * Math.sqrt(Math.max(signal - explained, 1e-12)),
      }
    },
  }
}

function covariance(points: readonly ArrayLike<number>[], h: Hyperparameters): Float64Array {
  const n = points.length
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = h.signal * matern(scaledDistance(points[i], points[j], h.lengthScales))
      matrix[i * n + j] = matrix[j * n + i] = value + (i === j ? h.noise + JITTER : 0)
    }
  return matrix
}

/** Log-normal priors on the logarithms: length scales of about half the cube, small noise; they keep few points sane. */
const PRIOR = { lengthScale: [Math.log(0.5), 1], signal: [0, 1], noise: [Math.log(1e-4), 2] } as const
const STEPS = 40
const BOUNDS = {
  lengthScale: [Math.log(0.03), Math.log(10)],
  signal: [Math.log(0.05), Math.log(20)],
  noise: [Math.log(1e-6), Math.log(0.5)],
} as const

/** Fits hyperparameters to points and targets, beginning at the middle of the priors. */
export function fitHyperparameters(
  points: readonly ArrayLike<number>[],
  targets: readonly number[],
): Hyperparameters {
  const dimensions = points[0].length
  const n = points.length
  const mean = targets.reduce((a, b) => a + b, 0) / n
  const deviation = Math.sqrt(targets.reduce((sum, t) => sum + (t - mean) ** 2, 0) / n) || 1
  const y = targets.map((t) => (t - mean) / deviation)
  const kinds = [
    ...Array.from({ length: dimensions }, () => 'lengthScale' as const),
    'signal' as const,
    'noise' as const,
  ]
  const toHyperparameters = (logs: number[]): Hyperparameters => ({
    lengthScales: logs.slice(0, dimensions).map(Math.exp),
    signal: Math.exp(logs[dimensions]),
    noise: Math.exp(logs[dimensions + 1]),
  })
  let logs: number[] = kinds.map((kind) => PRIOR[kind][0])
  const steps = logs.map(() => 0.2)
  let before: number[] = logs.map(() => 0)
  let best = { value: Number.NEGATIVE_INFINITY, logs }
  for (let step = 0; step < STEPS; step++) {
    const at = logMarginalLikelihood(points, y, toHyperparameters(logs))
    if (!at) break
    let value = at.value
    const gradient = at.gradient.map((slope, i) => {
      const [centre, spread] = PRIOR[kinds[i]]
      value -= (logs[i] - centre) ** 2 / (2 * spread ** 2)
      return slope - (logs[i] - centre) / spread ** 2
    })
    if (value > best.value) best = { value, logs }
    logs = logs.map((log, i) => {
      const agreement = gradient[i] * before[i]
      if (agreement < 0) gradient[i] = 0
      steps[i] = Math.min(1, Math.max(1e-4, steps[i] * (agreement > 0 ? 1.2 : agreement < 0 ? 0.5 : 1)))
      const [low, high] = BOUNDS[kinds[i]]
      return Math.min(high, Math.max(low, log + Math.sign(gradient[i]) * steps[i]))
    })
    before = gradient
    if (Math.max(...steps) < 1e-3) break
  }
  return toHyperparameters(best.logs)
}

/** Log marginal likelihood and its gradient over the logarithms of the hyperparameters. */
export function logMarginalLikelihood(
  points: readonly ArrayLike<number>[],
  y: readonly number[],
  h: Hyperparameters,
): { value: number; gradient: number[] } | undefined {
  const n = points.length
  const { lengthScales, signal, noise } = h
  const factor = cholesky(covariance(points, h), n)
  if (!factor) return undefined
  const alpha = backward(factor, n, forward(factor, n, Float64Array.from(y)))
  let value = -0.5 * n * Math.log(2 * Math.PI)
  for (let i = 0; i < n; i++) value -= 0.5 * y[i] * alpha[i] + Math.log(factor[i * n + i])

  const inverse = invert(factor, n)
  const gradient = new Array<number>(lengthScales.length + 2).fill(0)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      // Half the trace of (ααᵀ - K⁻¹) dK; off the diagonal counts twice.
      const weight = (alpha[i] * alpha[j] - inverse[i * n + j]) * (i === j ? 0.5 : 1)
      if (i === j) {
        gradient[lengthScales.length] += weight * signal
        gradient[lengthScales.length + 1] += weight * noise
        continue
      }
      const r = scaledDistance(points[i], points[j], lengthScales)
      gradient[lengthScales.length] += weight * signal * matern(r)
      const slope = -weight * signal * maternSlope(r)
      for (let k = 0; k < lengthScales.length; k++)
        gradient[k] += slope * ((points[i][k] - points[j][k]) / lengthScales[k]) ** 2
    }
  return { value, gradient }
}

/** The inverse of L Lᵀ, lower triangle. */
function invert(factor: Float64Array, n: number): Float64Array {
  // Columns of L⁻¹, kept as rows so that the products below run along memory.
  const columns = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    columns[j * n + j] = 1 / factor[j * n + j]
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= factor[i * n + k] * columns[j * n + k]
      columns[j * n + i] = sum / factor[i * n + i]
    }
  }
  const inverse = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += columns[i * n + k] * columns[j * n + k]
      inverse[i * n + j] = sum
    }
  return inverse
}
