import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import { folder, toJson } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { type Manifest, parseManifest } from '@zoidberg/core/manifest.ts'
import { calibrate, operatingPointOf } from '@zoidberg/core/prediction.ts'
import { loadDataset, partOf, truthOf } from '@zoidberg/training/dataset/dataset.ts'
import { hashedSplit } from '@zoidberg/training/dataset/split.ts'
import { type PerturbedRows, predictPerturbed } from '@zoidberg/training/evaluation/perturbations.ts'
import { imagesOf } from '@zoidberg/training/evaluation/seen.ts'
import { strangers } from '@zoidberg/training/evaluation/strangers.ts'
import { confusionAt, expectedCalibrationError, rates, rocAuc } from '@zoidberg/training/metrics/binary.ts'
import { calibrateOn } from '@zoidberg/training/run/finish-run.ts'
import { mean } from '@zoidberg/training/statistics/descriptive.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import type { Figures, Result } from './table.ts'

const WAYS = [1, 2, 3, 4, 5]
/** Other strangers than those that choose calibration and thresholds, so that nothing is judged on what chose it. */
const COUNT = 24
const CHOSEN = 12

/** Asks a model about strangers, as it was and with calibration and thresholds that were chosen on strangers. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const {
    data,
    model: path,
    out,
    id,
  } = readOptions(args, {
    data: undefined,
    model: 'models/default',
    out: '',
    id: '',
  }).options
  const model = await loadModel(folder(path))
  const { manifest } = model
  const dataset = await loadDataset(data, manifest.input)
  const samples = partOf(dataset, 'validation')
  const truth = truthOf(samples)
  const { calibrated, metrics } = await calibrateOn(model, manifest, { dataset, samples })

  const judged: Result['judged'] = []
  const judge = (ways: number, rows: PerturbedRows) => {
    const figuresWith = (by: Manifest) => figuresOf(truth, rows, by)
    judged.push({ ways, before: figuresWith(manifest), after: figuresWith(calibrated) })
  }
  judge(0, await predictPerturbed(model, { dataset, samples }, { plain: (pixels) => pixels }))
  for (const ways of WAYS) {
    const unseen = Object.fromEntries(Object.entries(strangers(CHOSEN + COUNT, ways)).slice(CHOSEN))
    judge(ways, await predictPerturbed(model, { dataset, samples }, unseen))
    console.error(`${ways} ways at once …`)
  }
  if (out) {
    const isSame = dataset.fingerprint === manifest.training.dataset.fingerprint
    const renamed = {
      ...calibrated,
      id: id || manifest.id,
      createdAt: new Date().toISOString(),
      metrics: { ...manifest.metrics, ...metrics },
      training: { ...manifest.training, ...(isSame ? { images: imagesOf(hashedSplit(dataset)) } : {}) },
    }
    writeFileSync(join(out, 'manifest.json'), toJson(parseManifest(renamed)))
    writeFileSync(join(out, 'report/metrics.json'), toJson(renamed.metrics))
  }
  dataset.close()
  return {
    result: { model: manifest.id, images: samples.length, strangers: COUNT, judged },
    data: dataset.fingerprint,
  }
}

/** Means over strangers at the default operating point. */
function figuresOf(truth: number[], rows: PerturbedRows, manifest: Manifest): Figures {
  const { threshold } = operatingPointOf(manifest)
  const of = rows.map(({ rows: raw }) => {
    const score = raw.map((row) => positiveProbability(calibrate(row, manifest.calibration)))
    const { sensitivity, specificity } = rates(confusionAt(truth, score, threshold))
    return {
      sensitivity,
      specificity,
      rocAuc: rocAuc(truth, score),
      ece: expectedCalibrationError(truth, score),
      excess: mean(score) - mean(truth),
    }
  })
  const meanOf = (key: keyof Figures) => mean(of.map((figures) => figures[key]))
  return {
    sensitivity: meanOf('sensitivity'),
    specificity: meanOf('specificity'),
    rocAuc: meanOf('rocAuc'),
    ece: meanOf('ece'),
    excess: meanOf('excess'),
  }
}
