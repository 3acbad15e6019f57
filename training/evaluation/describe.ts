/** An evaluation as the lines people read. */
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent, ratePercent } from '@zoidberg/core/contract/percent.ts'
import { classificationReport } from '../metrics/multiclass.ts'
import { table } from '../table.ts'
import type { Evaluation } from './evaluate.ts'

/** @returns tables of figures, rates as percentages with 95 % intervals over patients, and confusion matrices */
export function describeEvaluation(e: Evaluation): string {
  const rate = (
    name: string,
    key: 'accuracy' | 'balancedAccuracy' | 'sensitivity' | 'specificity' | 'precision' | 'f1',
  ) => {
    const [low, high] = e.intervals[key]
    return [name, ratePercent(e[key]), `${ratePercent(low)} to ${ratePercent(high)}`]
  }
  const area = (name: string, key: 'rocAuc' | 'averagePrecision') => {
    const [low, high] = e.intervals[key]
    return [name, e[key].toFixed(4), `${low.toFixed(4)} to ${high.toFixed(4)}`]
  }
  const [[tn, fp], [fn, tp]] = e.confusion
  return [
    `Normal against pneumonia, ${e.data.part}: ${e.data.images} images of ${e.data.patients} patients`,
    `operating point ${e.operatingPoint}, threshold ${probabilityPercent(e.threshold)}, model ${e.model.id}`,
    '',
    table([
      ['', 'value', '95 % interval (patients)'],
      rate('accuracy', 'accuracy'),
      rate('balanced accuracy', 'balancedAccuracy'),
      rate('sensitivity', 'sensitivity'),
      rate('specificity', 'specificity'),
      rate('precision', 'precision'),
      rate('F1', 'f1'),
      area('ROC AUC', 'rocAuc'),
      area('average precision', 'averagePrecision'),
      ['Brier score', e.brier.toFixed(4), ''],
      ['calibration error', e.ece.toFixed(4), ''],
    ]),
    '',
    table([
      ['', 'called normal', 'called pneumonia'],
      ['normal', tn, fp],
      ['pneumonia', fn, tp],
    ]),
    '',
    classificationReport(e.confusion, TASKS.binary),
    ...(e.threeClass ? [threeClass(e.threeClass, e.model.labels)] : []),
  ].join('\n')
}

function threeClass(figures: NonNullable<Evaluation['threeClass']>, labels: readonly string[]): string {
  const head = `Three classes: accuracy ${ratePercent(figures.accuracy)}, balanced ${ratePercent(figures.balancedAccuracy)}, ROC AUC (one against the rest) ${figures.rocAucOvr.toFixed(4)}`
  const confusion = table([
    ['', ...labels.map((label) => `called ${label}`)],
    ...figures.confusion.map((row, k) => [labels[k], ...row]),
  ])
  return `${head}\n${confusion}\n\n${classificationReport(figures.confusion, labels)}`
}
