import { expect, it } from 'vitest'
import { choicesOf } from '../../../hosting/src/points.ts'

it('operating points of the same threshold are one choice, by the name of the default', () => {
  const point = (threshold: number) => ({ threshold, sensitivity: null, specificity: null, rule: '' })
  const points = { 'rule-in': point(0.7), balanced: { ...point(0.7), default: true }, screening: point(0.3) }
  expect(choicesOf(points).map(({ name, others }) => [name, others])).toEqual([
    ['balanced', ['rule-in']],
    ['screening', []],
  ])
})
