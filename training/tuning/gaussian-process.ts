/**
 * Gaussian process regression with a Matérn 5/2 kernel, a length scale per dimension and noise (Rasmussen & Williams
 * 2006, algorithm 2.1 and section 5.4.1). Targets are standardised; the kernel's parameters maximise the marginal
 * likelihood times priors, by sign-based gradient steps (iRprop-, Igel & Hüsken 2000).
 */
import { cholesky, inverseOf, solveLower, solveUpper } from '../matrix/cholesky.ts'
import { mean, populationVariance } from '../statistics/descriptive.ts'

/** Parameters of the kernel: length scales, one per dimension, the variance of the signal and that of the noise. */
export type KernelParameters = { lengthScales: number[]; signal: number; noise: number }

export type GaussianProcess = {
  kernel: KernelParameters
  /** Predicts mean and standard deviation of the function (without noise) at a point, in the units of the targets. */
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

/** Targets with mean 0 and variance 1, which is what the kernel's priors are about; constant ones keep their scale. */
function standardised(targets: readonly number[]) {
  const [centre, deviation] = [mean(targets), Math.sqrt(populationVariance(targets)) || 1]
  return { centre, deviation, values: targets.map((target) => (target - centre) / deviation) }
}

/**
 * Computes the posterior at fixed parameters of the kernel.
 *
 * @param points of the same length each
 * @param targets one per point, standardised inside
 * @returns the process, ready to predict
 * @throws Error if the covariance matrix is not positive definite
 */
export function posterior(
  points: readonly ArrayLike<number>[],
  targets: readonly number[],
  kernel: KernelParameters,
): GaussianProcess {
  const n = points.length
  const { centre, deviation, values } = standardised(targets)
  const { lengthScales, signal } = kernel
  const factor = cholesky(covariance(points, kernel), n)
  if (!factor) throw new Error('the covariance matrix is not positive definite')
  const weights = solveUpper(factor, n, solveLower(factor, n, Float64Array.from(values)))
  return {
    kernel,
    predict(point) {
      const k = Float64Array.from(
        points,
        (other) => signal * matern(scaledDistance(point, other, lengthScales)),
      )
      let value = 0
      for (let i = 0; i < n; i++) value += k[i] * weights[i]
      const v = solveLower(factor, n, k)
      let explained = 0
      for (let i = 0; i < n; i++) explained += v[i] * v[i]
      return {
        mean: centre + deviation * value,
        deviation: deviation * Math.sqrt(Math.max(signal - explained, 1e-12)),
      }
    },
  }
}

function covariance(points: readonly ArrayLike<number>[], h: KernelParameters): Float64Array {
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

/**
 * Fits the parameters of the kernel, beginning at the middle of the priors.
 *
 * @param points of the same length each
 * @param targets one per point, standardised inside
 * @returns the most likely parameters that were met
 */
export function fitKernel(
  points: readonly ArrayLike<number>[],
  targets: readonly number[],
): KernelParameters {
  const dimensions = points[0].length
  const { values: y } = standardised(targets)
  const roles = [
    ...Array.from({ length: dimensions }, () => 'lengthScale' as const),
    'signal' as const,
    'noise' as const,
  ]
  const toParameters = (logs: number[]): KernelParameters => ({
    lengthScales: logs.slice(0, dimensions).map(Math.exp),
    signal: Math.exp(logs[dimensions]),
    noise: Math.exp(logs[dimensions + 1]),
  })
  let logs: number[] = roles.map((role) => PRIOR[role][0])
  const steps = logs.map(() => 0.2)
  let before: number[] = logs.map(() => 0)
  let best = { value: Number.NEGATIVE_INFINITY, logs }
  for (let step = 0; step < STEPS; step++) {
    const at = logMarginalLikelihood(points, y, toParameters(logs))
    if (!at) break
    let value = at.value
    const gradient = at.gradient.map((slope, i) => {
      const [centre, spread] = PRIOR[roles[i]]
      value -= (logs[i] - centre) ** 2 / (2 * spread ** 2)
      return slope - (logs[i] - centre) / spread ** 2
    })
    if (value > best.value) best = { value, logs }
    logs = logs.map((log, i) => {
      const agreement = gradient[i] * before[i]
      if (agreement < 0) gradient[i] = 0
      steps[i] = Math.min(1, Math.max(1e-4, steps[i] * (agreement > 0 ? 1.2 : agreement < 0 ? 0.5 : 1)))
      const [low, high] = BOUNDS[roles[i]]
      return Math.min(high, Math.max(low, log + Math.sign(gradient[i]) * steps[i]))
    })
    before = gradient
    if (Math.max(...steps) < 1e-3) break
  }
  return toParameters(best.logs)
}

/**
 * Computes the log marginal likelihood and its gradient.
 *
 * @param points of the same length each
 * @param y standardised targets, one per point
 * @param h parameters of the kernel
 * @returns the gradient over the logarithms of the parameters: length scales, signal, noise; undefined if the covariance
 *   matrix is not positive definite
 */
export function logMarginalLikelihood(
  points: readonly ArrayLike<number>[],
  y: readonly number[],
  h: KernelParameters,
): { value: number; gradient: number[] } | undefined {
  const n = points.length
  const { lengthScales, signal, noise } = h
  const factor = cholesky(covariance(points, h), n)
  if (!factor) return undefined
  const alpha = solveUpper(factor, n, solveLower(factor, n, Float64Array.from(y)))
  let value = -0.5 * n * Math.log(2 * Math.PI)
  for (let i = 0; i < n; i++) value -= 0.5 * y[i] * alpha[i] + Math.log(factor[i * n + i])

  const inverse = inverseOf(factor, n)
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
