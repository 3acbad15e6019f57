import { percent, seconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

export type Fit = { name: string; fitSeconds: number; predictSeconds: number; accuracy: number }

/** @property ratio of the time on one thread to that on two */
export type Grid = { fits: number; oneThread: number; twoThreads: number; ratio: number }
export type Figures = { algorithms: Fit[]; grid: Grid }
export type Result = Stamped & { synthetic?: boolean } & Figures

/** How the libraries call the algorithms. */
export const ALGORITHM_NAMES: Record<string, string> = {
  'linear-svc': 'LinearSVC',
  knn: 'k nearest neighbours, 4',
  svc: 'SVC, linear',
  'svc rbf': 'SVC, rbf',
  xgboost: 'XGBoost, settings of the student report',
  catboost: 'CatBoost, 100 trees',
}

export const tables: Tables<Result> = {
  'benchmarks/classical': ({ algorithms, synthetic }) => [
    ['algorithm', 'fit', 'predict', synthetic ? 'accuracy on drawings' : 'accuracy on validation'],
    ...algorithms.map(({ name, fitSeconds, predictSeconds, accuracy }) => [
      ALGORITHM_NAMES[name] ?? name,
      seconds(fitSeconds),
      seconds(predictSeconds),
      percent(accuracy),
    ]),
  ],
  'benchmarks/classical/grid': ({ grid }) => [
    [`grid of XGBoost, ${grid.fits} fits`, 'one thread', 'two threads', 'times as fast'],
    ['', seconds(grid.oneThread), seconds(grid.twoThreads), grid.ratio.toFixed(1)],
  ],
}
