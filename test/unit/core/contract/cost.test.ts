import { dollarsOf, forecastOf, TRAINING_PACE } from '@zoidberg/core/contract/cost.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { describe, expect, it } from 'vitest'

describe('what a run takes', () => {
  it('is known for networks that are as they were measured', () => {
    for (const [name, { epochs, side }] of Object.entries(TRAINING_PACE)) {
      const { training, size } = networkNamed(name)
      expect([training.epochs, size.height], name).toEqual([epochs, side])
    }
  })

  it('grows with images, epochs, members and pixels', () => {
    const seconds = (more: object, images = 1000) =>
      forecastOf({ command: 'train', model: 'cnn', ...more }, images)?.seconds ?? Number.NaN
    const one = seconds({ epochs: 1 })
    expect(one).toBeCloseTo(800 / 430)
    expect(seconds({ epochs: 1 }, 2000)).toBeCloseTo(2 * one)
    expect(seconds({ epochs: 3, members: 2 })).toBeCloseTo(6 * one)
    expect(seconds({ epochs: 1, size: 360 })).toBeCloseTo(4 * one)
    expect(seconds({})).toBeCloseTo(100 * one)
  })

  it('is shared by the tasks of a search, and costs as much', () => {
    const search = { command: 'tune', model: 'mlp', trials: 10, epochs: 5, retrain: false }
    const [alone, four] = [1, 4].map((tasks) => forecastOf({ ...search, tasks }, 1000))
    expect(alone?.seconds).toBeCloseTo(4 * (four?.seconds ?? 0))
    expect(alone?.dollars).toBeCloseTo(four?.dollars ?? 0)
    const [once, shared] = [1, 4].map((tasks) => forecastOf({ ...search, retrain: true, tasks }, 1000))
    expect(once?.seconds).toBeGreaterThan(alone?.seconds ?? 0)
    expect(shared?.dollars).toBeCloseTo(once?.dollars ?? 0)
  })

  it('is not guessed where nobody measured it', () => {
    expect(forecastOf({ command: 'train', model: 'resnet' }, 1000)).toBeUndefined()
    expect(forecastOf({ command: 'baseline' }, 1000)).toBeUndefined()
  })

  it('is half a dollar an hour and a task', () => expect(dollarsOf(3600)).toBeCloseTo(0.576))
})
