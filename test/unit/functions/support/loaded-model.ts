import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { manifestFor } from '../../../support/models.ts'

/** A model without a graph, whose functions a test may replace. */
export const loadedModel = (id: string, more: Partial<LoadedModel> = {}): LoadedModel => ({
  manifest: manifestFor(id, 16),
  parallel: 1,
  predict: async () => ({ probabilities: [] }),
  dispose() {},
  ...more,
})
