/**
 * Intervals of a proportion whose images come from patients: Wilson's score interval (Wilson 1927) on the effective number
 * of images (Korn & Graubard 1998). Images of one child are no two witnesses, and 0 of 10 is not "0 % to 0 %".
 */
import { wilson } from '@zoidberg/core/contract/wilson.ts'
import type { Interval } from './bootstrap.ts'

/**
 * @param patients of each image
 * @param hits 1 where an image is one of those that the proportion is of, and has what it counts
 * @param among 1 where an image is one of those that the proportion is of
 * @returns a 95 % interval within [0, 1]; NaN where the proportion is of nothing
 */
export function proportionInterval(
  patients: readonly string[],
  hits: ArrayLike<number>,
  among: ArrayLike<number>,
): Interval {
  const clusters = new Map<string, { hits: number; images: number }>()
  patients.forEach((patient, i) => {
    if (!among[i]) return
    const cluster = clusters.get(patient) ?? { hits: 0, images: 0 }
    cluster.images++
    cluster.hits += hits[i] ? 1 : 0
    clusters.set(patient, cluster)
  })
  const all = [...clusters.values()]
  const images = all.reduce((sum, cluster) => sum + cluster.images, 0)
  if (images === 0) return [Number.NaN, Number.NaN]
  const share = all.reduce((sum, cluster) => sum + cluster.hits, 0) / images
  return wilson(share, effectiveNumber(all, images, share))
}

/** As many independent images would be as sure; with nobody on one side, as if each patient were one image. */
function effectiveNumber(
  clusters: { hits: number; images: number }[],
  images: number,
  share: number,
): number {
  const least = images ** 2 / clusters.reduce((sum, cluster) => sum + cluster.images ** 2, 0)
  const binomial = (share * (1 - share)) / images
  if (binomial === 0 || clusters.length < 2) return least
  const squares = clusters.reduce((sum, { hits, images: n }) => sum + (hits - share * n) ** 2, 0)
  const variance = ((squares / images ** 2) * clusters.length) / (clusters.length - 1)
  return Math.min(images, Math.max(least, (images * binomial) / variance))
}
