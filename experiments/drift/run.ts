import { isHigher, type Share } from '@zoidberg/core/contract/share.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import {
  PERTURBATIONS,
  predictPerturbed,
  scorePerturbed,
} from '@zoidberg/training/evaluation/perturbations.ts'
import { strangers } from '@zoidberg/training/evaluation/strangers.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { quantile } from '@zoidberg/training/statistics/descriptive.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import type { Result } from './table.ts'

/** Days that are drawn of each kind of film. */
const DAYS = 200
/** Answers of a day, at most; the schedule looks after every ten of them. */
const MOST = 2000
const BETWEEN_LOOKS = 10
const SEED = 1

/** Draws days of answers from validation films as others might have taken them, and looks when the alarm goes off. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, model: path } = readOptions(args, { data: undefined, model: 'models/default' }).options
  const model = await loadModel(folder(path))
  const { manifest } = model
  const dataset = await loadDataset(data, manifest.input)
  const samples = partOf(dataset, 'validation')
  const versions = { ...PERTURBATIONS, ...strangers() }
  const rows = await predictPerturbed(model, { dataset, samples }, versions)
  const random = createRandom(SEED)
  const isUncertain = (score: number) => score >= 0.1 && score < 0.9
  const scored = scorePerturbed(rows, manifest.calibration)
  const uncertainIn = (scores: readonly number[]) => scores.filter(isUncertain).length
  const expected: Share = { of: samples.length, count: uncertainIn(scored[0].score) }
  const kinds = scored.map(({ name, score: scores }) => {
    const answers = Array.from({ length: DAYS }, () => {
      const day: Share = { of: 0, count: 0 }
      while (day.of < MOST) {
        for (let i = 0; i < BETWEEN_LOOKS; i++)
          if (isUncertain(scores[random.integer(scores.length)])) day.count++
        day.of += BETWEEN_LOOKS
        if (isHigher(day, expected)) return day.of
      }
      return Number.POSITIVE_INFINITY
    })
    const found = answers.filter(Number.isFinite)
    return {
      name,
      uncertain: uncertainIn(scores) / scores.length,
      found: found.length / DAYS,
      answers:
        found.length > DAYS / 2
          ? quantile(
              answers.toSorted((a, b) => a - b),
              0.5,
            )
          : null,
    }
  })
  dataset.close()
  model.dispose()
  return {
    result: { model: manifest.id, images: samples.length, days: DAYS, most: MOST, kinds },
    data: dataset.fingerprint,
  }
}
