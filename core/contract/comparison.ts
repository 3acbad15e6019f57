/** Two models on the same validation images, as a run reports it. */

export const COMPARED_FIGURES = ['accuracy', 'sensitivity', 'specificity', 'rocAuc'] as const
export type ComparedFigure = (typeof COMPARED_FIGURES)[number]

/** Candidate minus incumbent: both in [-1, 1], NaN (null in JSON) where the figure has no value. */
export type Difference = { value: number; interval: [low: number, high: number] }
export type Differences = Record<ComparedFigure, Difference>

export const NOT_ENOUGH = 'not enough images to tell'
export type Verdict = 'better' | 'worse' | 'different' | 'no difference' | typeof NOT_ENOUGH

export type Comparison = {
  verdict: Verdict
  /** The id of the incumbent. */
  against: string
  images: number
  patients: number
  /** Images that only one of the two got right, and the exact p-value of McNemar's test on them. */
  mcnemar: { onlyCandidate: number; onlyIncumbent: number; p: number }
  /** With 95 % intervals by paired bootstrap over patients. */
  differences: Differences
}

/** A run without an incumbent to compare with says why. */
export type NoComparison = { verdict: 'nothing to compare with'; reason: string }
