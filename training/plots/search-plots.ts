/** The plots of a hyperparameter search, each as an SVG text. */
import { positionOf } from '../space/sampling.ts'
import type { Space, Values } from '../space/space.ts'
import { COLOURS, toSvg } from './chart.ts'

/** A trial that has a score; larger is better. */
export type ScoredTrial = { id: number; values: Values; score: number; state: string }

/**
 * Draws every score as a dot, and the best so far as a line.
 *
 * @param trials in the order they were made
 * @returns an SVG text
 */
export function bestSoFarPlot(trials: readonly ScoredTrial[]): Promise<string> {
  let best = Number.NEGATIVE_INFINITY
  const values = trials.map(({ id, score, state }) => {
    best = Math.max(best, score)
    return { trial: id, score, best, state }
  })
  const x = { field: 'trial', type: 'quantitative' as const, title: 'trial', axis: { tickMinStep: 1 } }
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: 'score',
    scale: { zero: false },
  })
  return toSvg({
    title: 'Best so far',
    width: 420,
    height: 260,
    data: { values },
    layer: [
      { mark: { type: 'line', interpolate: 'step-after', color: COLOURS[0] }, encoding: { x, y: y('best') } },
      {
        mark: { type: 'point', filled: true, size: 50 },
        encoding: {
          x,
          y: y('score'),
          color: {
            field: 'state',
            type: 'nominal',
            title: null,
            scale: { domain: ['succeeded', 'pruned'], range: [COLOURS[0], '#bbbbbb'] },
          },
        },
      },
    ],
  })
}

/**
 * Draws each trial as a line through its values; the better, the darker.
 *
 * @param space that the values are of
 * @returns an SVG text
 */
export function parallelCoordinates(space: Space, trials: readonly ScoredTrial[]): Promise<string> {
  const [low, high] = [Math.min, Math.max].map((of) => of(...trials.map(({ score }) => score)))
  const values = trials.flatMap((trial) => [
    ...Object.entries(space).flatMap(([name, dimension], place) =>
      name in trial.values
        ? [
            {
              trial: trial.id,
              axis: name,
              place,
              position: positionOf(dimension, trial.values[name]),
              score: trial.score,
            },
          ]
        : [],
    ),
    {
      trial: trial.id,
      axis: 'score',
      place: Object.keys(space).length,
      position: high > low ? (trial.score - low) / (high - low) : 1,
      score: trial.score,
    },
  ])
  return toSvg({
    title: 'Parallel coordinates',
    width: Math.max(420, 90 * Object.keys(space).length),
    height: 260,
    data: { values },
    mark: { type: 'line', opacity: 0.7 },
    encoding: {
      x: {
        field: 'axis',
        type: 'nominal',
        sort: [...Object.keys(space), 'score'],
        title: null,
        axis: { labelAngle: -20 },
        scale: { type: 'point' },
      },
      y: {
        field: 'position',
        type: 'quantitative',
        title: 'from lowest to highest',
        scale: { domain: [0, 1] },
      },
      color: { field: 'score', type: 'quantitative', scale: { scheme: 'blues' }, title: 'score' },
      detail: { field: 'trial' },
      order: { field: 'place', type: 'quantitative' },
    },
  })
}

/**
 * Draws bars, the most important dimension first.
 *
 * @param shares of the score's variance, in [0, 1], by dimension
 * @returns an SVG text
 */
export const importancePlot = (shares: Record<string, number>): Promise<string> =>
  toSvg({
    title: 'Importance: share of variance explained alone',
    width: 320,
    height: { step: 22 },
    data: { values: Object.entries(shares).map(([name, share]) => ({ name, share })) },
    mark: { type: 'bar', color: COLOURS[0] },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: '-x', title: null },
      x: { field: 'share', type: 'quantitative', title: null, scale: { domain: [0, 1] } },
    },
  })
