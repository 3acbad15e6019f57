/** Two models on the same validation images: what differs, how surely, and what that allows to say. */
import {
  COMPARED_FIGURES,
  type ComparedFigure,
  type Comparison,
  type Differences,
} from '@zoidberg/core/contract/comparison.ts'
import type { Sample } from '../dataset/dataset.ts'
import { scored } from '../metrics/weighted.ts'
import { bootstrapWeighted } from '../statistics/bootstrap.ts'
import { mcnemar } from '../statistics/mcnemar.ts'
import { verdictOf } from './verdict.ts'

/** What a model makes of each image: P(pneumonia), and whether that is positive at its default operating point. */
export type Decisions = { score: number[]; positive: boolean[] }

/** The images that both models were asked about: 1 for pneumonia, and the patient of each. */
export type ComparedImages = { truth: number[]; patients: string[] }

/**
 * Finds the images that are in both data sets: one may have been pushed to while the run trained on what was there
 * before.
 *
 * @returns pairs of the same name and content, in the order of `ours`
 */
export function pairUp(ours: Sample[], theirs: Sample[]): [Sample, Sample][] {
  const byContent = new Map(theirs.map((sample) => [`${sample.file} ${sample.sha256}`, sample]))
  return ours.flatMap((sample): [Sample, Sample][] => {
    const same = byContent.get(`${sample.file} ${sample.sha256}`)
    return same ? [[sample, same]] : []
  })
}

/**
 * Compares two models that were asked about the same images.
 *
 * @param models what the candidate and the incumbent make of each image
 * @param against id of the incumbent
 * @returns differences in [-1, 1], candidate minus incumbent; NaN for a figure of a class that is not there
 * @throws Error if one of the models was asked about more or fewer images
 */
export function compareModels(
  { truth, patients }: ComparedImages,
  { candidate, incumbent }: { candidate: Decisions; incumbent: Decisions },
  against: string,
): Comparison {
  if (candidate.score.length !== truth.length || incumbent.score.length !== truth.length)
    throw new Error('the two models were not asked about the same images')
  const isRight = ({ positive }: Decisions, i: number) => positive[i] === (truth[i] === 1)
  const count = (test: (i: number) => boolean) => truth.filter((_, i) => test(i)).length
  const onlyCandidate = count((i) => isRight(candidate, i) && !isRight(incumbent, i))
  const onlyIncumbent = count((i) => isRight(incumbent, i) && !isRight(candidate, i))
  const p = mcnemar(onlyCandidate, onlyIncumbent)

  const scoredOf = ({ score, positive }: Decisions) => ({
    ranked: scored(truth, score),
    decided: scored(truth, positive.map(Number)),
  })
  const [a, b] = [scoredOf(candidate), scoredOf(incumbent)]
  const differencesOf = (weights: Float64Array) => {
    const figuresOf = ({ ranked, decided }: typeof a) => ({
      ...decided(weights, 1),
      rocAuc: ranked(weights, 1).rocAuc,
    })
    const [ofA, ofB] = [figuresOf(a), figuresOf(b)]
    const entries = COMPARED_FIGURES.map((name) => [name, ofA[name] - ofB[name]])
    return Object.fromEntries(entries) as Record<ComparedFigure, number>
  }
  const values = differencesOf(new Float64Array(truth.length).fill(1))
  const intervals = bootstrapWeighted(patients, differencesOf)
  const differences = Object.fromEntries(
    COMPARED_FIGURES.map((name) => [name, { value: values[name], interval: intervals[name] }]),
  ) as Differences
  return {
    verdict: verdictOf(truth, p, differences),
    against,
    images: truth.length,
    patients: new Set(patients).size,
    mcnemar: { onlyCandidate, onlyIncumbent, p },
    differences,
  }
}
