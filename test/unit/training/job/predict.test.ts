import { describe, expect, it } from 'vitest'
import { order } from '../../../../training/job/predict.ts'

describe('the parts of a prediction run', () => {
  it('are each done by every task that lives long enough, its own share first', () => {
    const tasks = 3
    const orders = Array.from({ length: tasks }, (_, task) => order(10, { task, tasks }))
    for (const parts of orders) expect(parts.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()])
    expect(orders.map(([first]) => first)).toEqual([0, 3, 6])
  })
  it('are all there where there are fewer than tasks', () => {
    for (let task = 0; task < 5; task++) expect(order(2, { task, tasks: 5 }).toSorted()).toEqual([0, 1])
  })
})
