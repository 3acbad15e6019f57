/** An evaluation as the lines people read. */
import { probabilityPercent, ratePercent } from '@zoidberg/core/contract/percent.ts'
import { sidesOf } from '../dataset/classes.ts'
import { classificationReport } from '../metrics/multiclass.ts'
import { table } from '../table.ts'
import type { Evaluation } from './evaluate.ts'

/** A rate of nothing has no value. */
const share = (rate: number): string => (Number.isFinite(rate) ? ratePercent(rate) : '–')
const area4 = (area: number): string => (Number.isFinite(area) ? area.toFixed(4) : '–')

/** What makes figures look better, or intervals narrower, than they are. */
function caveatsOf({ data: { images, seen, patientsKnown, part } }: Evaluation): string[] {
  return [
    ...(part === 'validation'
      ? ['These images chose the epoch, the calibration and the thresholds: the figures flatter.']
      : []),
    ...(seen ? [] : ['warning: what the model was fitted on is not known; these images may be among it.']),
    ...(seen && seen.fitted > 0
      ? [`warning: the model was fitted on ${seen.fitted} of these ${images} images; the figures say little.`]
      : []),
    ...(seen && seen.chosen > 0 && part !== 'validation'
      ? [`warning: ${seen.chosen} of these ${images} images chose the epoch and the thresholds.`]
      : []),
    ...(patientsKnown
      ? []
      : [
          'warning: not every file tells its patient; the intervals take each such file for a patient of its own.',
        ]),
  ]
}

/** @returns tables of figures, rates as percentages with 95 % intervals over patients, and confusion matrices */
export function describeEvaluation(e: Evaluation): string {
  const [negative, positive] = sidesOf(e.model.labels)
  const rate = (
    name: string,
    key: 'accuracy' | 'balancedAccuracy' | 'sensitivity' | 'specificity' | 'precision' | 'f1',
  ) => {
    const [low, high] = e.intervals[key]
    return [name, share(e[key]), `${share(low)} to ${share(high)}`]
  }
  const area = (name: string, key: 'rocAuc' | 'averagePrecision') => {
    const [low, high] = e.intervals[key]
    return [name, area4(e[key]), `${area4(low)} to ${area4(high)}`]
  }
  const [[tn, fp], [fn, tp]] = e.confusion
  return [
    `${negative} against ${positive}, ${e.data.part}: ${e.data.images} images of ${e.data.patients} patients`,
    ...caveatsOf(e),
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
      ['log loss', e.logLoss.toFixed(4), ''],
      ['calibration error', e.ece.toFixed(4), ''],
    ]),
    '',
    table([
      ['', `called ${negative}`, `called ${positive}`],
      [negative, tn, fp],
      [positive, fn, tp],
    ]),
    '',
    classificationReport(e.confusion, [negative, positive]),
    ...(e.threeClass ? [allClasses('Three classes', e.threeClass, e.model.labels)] : []),
    ...(e.classes ? [allClasses('All classes', e.classes, e.model.labels)] : []),
  ].join('\n')
}

function allClasses(
  name: string,
  figures: NonNullable<Evaluation['threeClass']>,
  labels: readonly string[],
): string {
  const head = `${name}: accuracy ${ratePercent(figures.accuracy)}, balanced ${ratePercent(figures.balancedAccuracy)}, ROC AUC (one against the rest) ${figures.rocAucOvr.toFixed(4)}`
  const confusion = table([
    ['', ...labels.map((label) => `called ${label}`)],
    ...figures.confusion.map((row, k) => [labels[k], ...row]),
  ])
  return `${head}\n${confusion}\n\n${classificationReport(figures.confusion, labels)}`
}
