/** How every part of the product writes a share, so that no rounding promises certainty. Safe in a browser. */

/**
 * A rate that was counted, such as a sensitivity: one decimal; all and none as "100 %" and "0 %".
 *
 * @param rate in [0, 1]; anything that is no number is shown as "–"
 */
export function ratePercent(rate: number): string {
  if (!Number.isFinite(rate)) return '–'
  if (rate === 0 || rate === 1) return `${100 * rate} %`
  return `${Math.min(99.9, Math.max(0.1, 100 * rate)).toFixed(1)} %`
}

/**
 * A probability that a model states, which is never certain: "over 99.9 %" and "under 0.1 %" at the ends.
 *
 * @param probability in [0, 1]
 */
export function probabilityPercent(probability: number): string {
  if (probability >= 0.9995) return 'over 99.9 %'
  if (probability < 0.0005) return 'under 0.1 %'
  return `${(100 * probability).toFixed(1)} %`
}
