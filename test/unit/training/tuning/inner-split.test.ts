import { TASKS } from '@zoidberg/core/contract/labels.ts'
import type { Dataset, Sample } from '@zoidberg/training/dataset/dataset.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { drawPatients, innerSplit } from '@zoidberg/training/tuning/inner-split.ts'
import { searchSplit } from '@zoidberg/training/tuning/search-config.ts'
import { describe, expect, it } from 'vitest'

const LABELS = ['NORMAL', 'BACTERIA', 'VIRUS', 'BACTERIA'] as const
/** Three images of each of 80 patients; every fourth patient shares an identical image with the one before. */
const samples = Array.from({ length: 240 }, (_, i) => {
  const patient = Math.floor(i / 3)
  return {
    file: `${i}.jpeg`,
    label: LABELS[patient % 4],
    positive: LABELS[patient % 4] !== 'NORMAL',
    patient: `person${patient}`,
    group: `person${patient % 4 === 3 ? patient - 2 : patient}`,
    part: 'train',
  } as Sample
})
const groupsOf = (list: Sample[]) => new Set(list.map(({ group }) => group))

describe('the inner split of a search', () => {
  const { train, validation } = innerSplit(samples, TASKS['three-class'])
  it('divides all images: three quarters to train on, one to score on', () => {
    expect([...train, ...validation].map(({ file }) => file).sort()).toEqual(
      samples.map(({ file }) => file).sort(),
    )
    expect(validation.length / samples.length).toBeCloseTo(0.25, 1)
  })
  it('keeps apart who is on either side, also patients who share an image', () =>
    expect(groupsOf(train).intersection(groupsOf(validation)).size).toBe(0))
  it('keeps the shares of the classes', () => {
    const share = (list: Sample[], label: string) =>
      list.filter((sample) => sample.label === label).length / list.length
    for (const label of new Set(LABELS))
      expect(share(validation, label)).toBeCloseTo(share(samples, label), 1)
  })
  it('is the same every time', () =>
    expect(innerSplit(samples, TASKS['three-class'])).toEqual({ train, validation }))
  it('refuses images that leave a side with one class', () => {
    const few = samples.filter(({ patient, label }) => label !== 'NORMAL' || patient === 'person0')
    expect(() => innerSplit(few, TASKS.binary)).toThrow(/too few images to search on: the inner \w+ part/)
  })
})

describe('drawPatients', () => {
  it('draws whole patients until there are enough images, and no more', () => {
    const drawn = drawPatients(samples, 50, 1)
    expect(drawn).toHaveLength(51)
    for (const images of Map.groupBy(drawn, ({ patient }) => patient).values()) expect(images).toHaveLength(3)
  })
  it('draws the same for the same seed, and others for another', () => {
    expect(drawPatients(samples, 50, 1)).toEqual(drawPatients(samples, 50, 1))
    expect(drawPatients(samples, 50, 2)).not.toEqual(drawPatients(samples, 50, 1))
  })
  it('gives all where there are not so many', () => expect(drawPatients(samples, 999, 1)).toHaveLength(240))
})

describe('what a search looks at', () => {
  const config = {
    definition: networkNamed('resnet'),
    tuner: 'random',
    trials: 1,
    epochs: 1,
    executions: 1,
    images: null,
    task: 'three-class',
    objective: 'auc',
    size: { width: 32, height: 32 },
    seed: 1,
  } as const
  const held = samples.map((sample, i) => ({
    ...sample,
    part: i % 2 ? 'train' : i % 4 ? 'validation' : 'test',
  }))
  const dataset = { samples: held, classes: ['NORMAL', 'BACTERIA', 'VIRUS'] } as Dataset
  const partsIn = ({ train, validation }: { train: Sample[]; validation: Sample[] }) =>
    new Set([...train, ...validation].map(({ part }) => part))
  it('is the training part alone', () =>
    expect(partsIn(searchSplit(config, dataset))).toEqual(new Set(['train'])))
  it('is no more than it was told', () => {
    const { train, validation } = searchSplit({ ...config, images: 40 }, dataset)
    expect(train.length + validation.length).toBeLessThan(50)
    expect(train.length + validation.length).toBeGreaterThanOrEqual(40)
  })
})
