/** The classical algorithms by name. */
import { UsageError } from '../errors.ts'
import type { Algorithm } from './algorithm.ts'
import { catboost } from './catboost.ts'
import { knn } from './knn.ts'
import { linearSvc } from './linear-svc.ts'
import { svc } from './svc.ts'
import { xgboost } from './xgboost.ts'

export const ALGORITHMS: readonly Algorithm[] = [linearSvc, knn, svc, xgboost, catboost]

/**
 * Finds an algorithm.
 *
 * @returns the algorithm
 * @throws UsageError naming the ones there are
 */
export function algorithmNamed(name: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm.name === name)
  if (!found)
    throw new UsageError(
      `there is no algorithm "${name}"; there are ${ALGORITHMS.map((a) => a.name).join(', ')}.`,
    )
  return found
}
