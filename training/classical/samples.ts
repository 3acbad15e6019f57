/** X-rays as rows of pixels, which is what classical algorithms fit. */
import { type Selection, truthOf } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import type { Labelled } from './algorithm.ts'

/** Features and labels, patients, and what a split must keep together: patients joined by identical images. */
export type Samples = Labelled & { patients: string[]; groups: string[] }

/** @returns gray values 0..255 as features, and 1 for pneumonia */
export function samplesOf({ dataset, samples }: Selection): Samples {
  const columns = dataset.size.height * dataset.size.width
  const values = new Float32Array(samples.length * columns)
  samples.forEach((sample, i) => {
    values.set(dataset.pixels(sample), i * columns)
  })
  return {
    x: { rows: samples.length, columns, values },
    y: Uint8Array.from(truthOf(samples)),
    patients: samples.map(({ patient }) => patient),
    groups: samples.map(({ group }) => group),
  }
}

/**
 * Makes sure that there is something to learn and something to validate with.
 *
 * @param part what the samples are called in the error
 * @throws UsageError naming a class that is not there
 */
export function assertBothClasses({ y }: Samples, part: string): void {
  for (const [k, label] of ['the negative class', 'any finding'].entries())
    if (!y.includes(k))
      throw new UsageError(`the ${part} part has no image of ${label}; add images of more patients.`)
}
