/**
 * What `zoidberg baseline` fits: the student report's parameters where it had any, and the grids that `--grid`
 * searches. Names are those of the libraries the algorithms are measured against.
 */
import type { Parameters } from './algorithm.ts'
import type { Grid } from './model-selection.ts'

/** The size of the student report's images, in pixels. */
export const BASELINE_SIZE = { height: 32, width: 32 }

export const STUDENT_PARAMETERS: Record<string, Parameters> = {
  'linear-svc': {},
  knn: { n_neighbors: 4 },
  svc: { kernel: 'linear' },
  xgboost: { max_depth: 3, learning_rate: 0.1, n_estimators: 100, subsample: 0.75, colsample_bytree: 0.5 },
  // The student report took CatBoost's defaults, a thousand trees; a tenth of them at a larger step is within a point of it.
  catboost: { iterations: 100, learning_rate: 0.1 },
}

export const GRIDS: Record<string, Grid> = {
  'linear-svc': { C: [0.001, 0.01, 0.1, 1] },
  knn: { n_neighbors: [1, 2, 4, 8, 16], weights: ['uniform', 'distance'] },
  svc: { kernel: ['linear', 'rbf'], C: [0.1, 1, 10] },
  // The student report's own.
  xgboost: {
    max_depth: [3, 5],
    learning_rate: [0.1, 0.01],
    n_estimators: [50, 100],
    subsample: [0.5, 0.75],
    colsample_bytree: [0.5, 0.75],
  },
  catboost: { depth: [4, 6], learning_rate: [0.03, 0.1], iterations: [100] },
}
