import { OBJECTIVES } from '@zoidberg/training/tuning/objectives.ts'
import { describe, expect, it } from 'vitest'

/** Six images of three classes; the likeliest class is wrong once, for the last. */
const answers = {
  truth: [0, 0, 0, 1, 1, 2],
  probabilities: [
    [0.9, 0.05, 0.05],
    [0.8, 0.1, 0.1],
    [0.5, 0.3, 0.2],
    [0.1, 0.8, 0.1],
    [0.3, 0.4, 0.3],
    [0.6, 0.1, 0.3],
  ],
}

describe('objectives', () => {
  it('auc asks how often an ill one is likelier to be ill than a healthy one', () =>
    expect(OBJECTIVES.auc(answers)).toBeCloseTo(8 / 9, 10))
  it('accuracy counts the likeliest class', () => expect(OBJECTIVES.accuracy(answers)).toBeCloseTo(5 / 6, 10))
  it('balanced accuracy counts each class alike', () =>
    expect(OBJECTIVES['balanced-accuracy'](answers)).toBeCloseTo(2 / 3, 10))
  it('log loss is negative, because more is better', () =>
    expect(OBJECTIVES['log-loss'](answers)).toBeCloseTo(
      [0.9, 0.8, 0.5, 0.8, 0.4, 0.3].reduce((sum, p) => sum + Math.log(p), 0) / 6,
      6,
    ))
})
