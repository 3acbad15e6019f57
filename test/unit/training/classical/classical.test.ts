import { readFileSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import {
  classify,
  decide,
  type Fitted,
  fit,
  type Parameters,
} from '@zoidberg/training/classical/algorithm.ts'
import { fitClassifier, scoresOf } from '@zoidberg/training/classical/classifier.ts'
import { bin } from '@zoidberg/training/classical/histograms.ts'
import { ALGORITHMS, algorithmNamed } from '@zoidberg/training/classical/index.ts'
import {
  crossValidate,
  gridSearch,
  product,
  SPLITTERS,
} from '@zoidberg/training/classical/model-selection.ts'
import { GRIDS } from '@zoidberg/training/classical/parameters.ts'
import { loadClassifier, saveClassifier } from '@zoidberg/training/classical/serialization.ts'
import { fitScaler, scale } from '@zoidberg/training/classical/standard-scaler.ts'
import type { Matrix } from '@zoidberg/training/matrix/matrix.ts'
import { summarizeFolds } from '@zoidberg/training/statistics/cross-validation.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Made by classical.py with the versions of scikit-learn, XGBoost and CatBoost that it names.
const fixtures = JSON.parse(
  readFileSync(new URL('../../../fixtures/classical.json', import.meta.url), 'utf8'),
)
const toMatrix = (rows: number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0].length,
  values: Float32Array.from(rows.flat()),
})
const x = toMatrix(fixtures.train.x)
const y = Uint8Array.from(fixtures.train.y)
const test = toMatrix(fixtures.test.x)
const names = ALGORITHMS.map(({ name }) => name)

let root: string
beforeAll(async () => {
  await loadEngine('native')
  root = await mkdtemp(join(tmpdir(), 'zoidberg-classical-'))
})
afterAll(() => rm(root, { recursive: true }))

const answer = (name: string, parameters: Parameters, on = test) => {
  const algorithm = algorithmNamed(name)
  const model = fit(algorithm, { x, y }, parameters)
  return { model, scores: decide(algorithm, model, on) }
}
const share = (predicted: ArrayLike<number>, wanted: ArrayLike<number>) =>
  Array.from(predicted).filter((value, i) => value === wanted[i]).length / predicted.length
const signs = (decision: number[]) => decision.map((value) => (value > 0 ? 1 : 0))

/** ½ |w|² + C Σ loss(hinge), with C = 1. */
function primal(norm2: number, decision: Float64Array, loss: (hinge: number) => number): number {
  return decision.reduce((sum, f, i) => sum + loss(Math.max(0, 1 - (y[i] ? 1 : -1) * f)), norm2 / 2)
}
const sumOfSquares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0)

describe('linear-svc', () => {
  it("reaches scikit-learn's objective and predictions", () => {
    const wanted = fixtures.answers['linear-svc']
    const { model, scores } = answer('linear-svc', {})
    const norm2 = sumOfSquares(model.weights as Float64Array) + (model.intercept as number) ** 2
    const objective = primal(norm2, answer('linear-svc', {}, x).scores, (h) => h * h)
    expect(objective / wanted.objective).toBeCloseTo(1, 3)
    expect(share(classify(algorithmNamed('linear-svc'), scores), signs(wanted.decision))).toBeGreaterThan(
      0.995,
    )
  })
})

describe('svc', () => {
  it.each(['linear', 'rbf'])(
    "with a kernel that is %s reaches scikit-learn's objective and predictions",
    (kernel) => {
      const wanted = fixtures.answers[`svc ${kernel}`]
      const { model, scores } = answer('svc', { kernel })
      const coefficients = model.coefficients as Float64Array
      // |w|² of a kernel is aᵀKa, which is Σ a(f - b) over the support vectors.
      const norm2 =
        kernel === 'linear'
          ? sumOfSquares(coefficients)
          : decide(algorithmNamed('svc'), model, {
              rows: coefficients.length,
              columns: x.columns,
              values: model.vectors as Float32Array,
            }).reduce((sum, f, i) => sum + coefficients[i] * (f - (model.intercept as number)), 0)
      const objective = primal(norm2, answer('svc', { kernel }, x).scores, (h) => h)
      expect(objective / wanted.objective).toBeCloseTo(1, 3)
      expect(model.gamma).toBeCloseTo(wanted.gamma, 5)
      expect(share(classify(algorithmNamed('svc'), scores), signs(wanted.decision))).toBeGreaterThan(0.995)
      expect(Math.max(...scores.map((score, i) => Math.abs(score - wanted.decision[i])))).toBeLessThan(0.01)
    },
  )
})

describe('knn', () => {
  it.each([
    ['uniform', 4],
    ['distance', 5],
  ])(
    'with %s weights gives the probabilities and labels of scikit-learn, ties included',
    (weights, n_neighbors) => {
      const wanted = fixtures.answers[`knn ${weights}`]
      const { scores } = answer('knn', { weights, n_neighbors })
      scores.forEach((score, i) => {
        expect(score).toBeCloseTo(wanted.probability[i], 5)
      })
      expect(share(classify(algorithmNamed('knn'), scores), wanted.predicted)).toBe(1)
    },
  )
  it('finds every training sample at distance 0', () => {
    expect(share(classify(algorithmNamed('knn'), answer('knn', { weights: 'distance' }, x).scores), y)).toBe(
      1,
    )
  })
})

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
const deviation = (values: number[]) =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) * (values.length / (values.length - 1)))
const logLoss = (scores: Float64Array) =>
  -mean(Array.from(scores, (p, i) => Math.log(fixtures.test.y[i] ? p : 1 - p)))

describe.each([
  ['xgboost', 'random_state', 0],
  ['xgboost', 'random_state', 1],
  ['catboost', 'random_seed', 0],
  ['catboost', 'random_seed', 1],
])('%s', (name, seedName, setting) => {
  it(`reaches the test log loss of the original over five seeds (setting ${setting})`, () => {
    const wanted = fixtures.answers[name][setting]
    const { reg_lambda: lambda, ...parameters } = wanted.parameters
    const ours = [0, 1, 2, 3, 4].map((seed) =>
      logLoss(answer(name, { ...parameters, ...(lambda ? { lambda } : {}), [seedName]: seed }).scores),
    )
    const theirs: number[] = wanted.logLoss
    const tolerance = Math.max(0.05 * mean(theirs), 2 * deviation(theirs))
    expect(mean(ours) - mean(theirs)).toBeLessThan(tolerance)
  })
})

describe('xgboost', () => {
  it('splits exactly where one feature decides', () => {
    const { model } = answer('xgboost', { n_estimators: 1, max_depth: 1 })
    const [feature, border] = [(model.feature as Int32Array)[0], (model.border as Float32Array)[0]]
    expect(feature).toBe(0)
    const column = fixtures.train.x.map((row: number[]) => row[0])
    expect(column.some((value: number) => Math.abs(value - border) < 1e-6)).toBe(false)
  })
  it('prunes what gains less than gamma, to nothing in the end', () => {
    const { model, scores } = answer('xgboost', { n_estimators: 3, gamma: 1e9 })
    expect([...(model.feature as Int32Array)].every((f) => f === -1)).toBe(true)
    expect(new Set(scores).size).toBe(1)
  })
})

describe('histograms', () => {
  it('put a border between any two neighbouring values while there are at most 256', () => {
    const { bins, borders } = bin(toMatrix([[3], [1], [2], [2]]))
    expect([...borders[0]]).toEqual([1.5, 2.5])
    expect([...bins]).toEqual([2, 0, 1, 1])
  })
  it('take quantiles beyond', () => {
    const { bins, borders } = bin(toMatrix(Array.from({ length: 5000 }, (_, i) => [Math.sqrt(i)])))
    expect(borders[0].length).toBe(255)
    const counts = new Array(256).fill(0)
    for (const b of bins) counts[b]++
    expect(Math.max(...counts)).toBeLessThan(25)
  })
})

describe('the scaler', () => {
  it("gives scikit-learn's mean and deviation, and leaves a constant feature at 0", () => {
    const constant = toMatrix(fixtures.train.x.slice(0, 40).map((row: number[]) => [row[0], row[1], 0.1]))
    const scaler = fitScaler(constant)
    fixtures.scaler.mean.forEach((value: number, j: number) => {
      expect(scaler.mean[j]).toBeCloseTo(value, 6)
    })
    fixtures.scaler.scale.forEach((value: number, j: number) => {
      expect(scaler.scale[j]).toBeCloseTo(value, 6)
    })
    const { values } = scale(scaler, constant)
    expect(Math.abs(values[2])).toBeLessThan(1e-6)
  })
})

const few = (rows: number, columns = 2): Matrix => ({
  rows,
  columns,
  values: Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 13) / 13),
})
const alternating = (n: number) => Uint8Array.from({ length: n }, (_, i) => i % 2)
const sixSamples = () => ({ x: few(6), y: alternating(6) })

describe.each(names)('%s', (name) => {
  const algorithm = algorithmNamed(name)
  const quick: Parameters = name === 'catboost' ? { iterations: 5 } : {}

  it('gives the same scores for the same seed', () =>
    expect(answer(name, quick).scores).toEqual(answer(name, quick).scores))
  it('refuses one class', () =>
    expect(() => fit(algorithm, { x: few(6), y: new Uint8Array(6) })).toThrow(/needs two classes/))
  it('refuses one sample', () =>
    expect(() => fit(algorithm, { x: few(1), y: new Uint8Array(1) })).toThrow(/two classes/))
  it('refuses what is no number, and says where', () => {
    const broken = few(6)
    broken.values[7] = Number.NaN
    expect(() => fit(algorithm, { x: broken, y: alternating(6) })).toThrow(/sample 3, feature 1 is NaN/)
    const model = fit(algorithm, sixSamples(), quick)
    expect(() => decide(algorithm, model, broken)).toThrow(/sample 3, feature 1 is NaN/)
  })
  it('refuses another number of features', () => {
    const model = fit(algorithm, sixSamples(), quick)
    expect(() => decide(algorithm, model, few(6, 3))).toThrow(/fitted on 2 features, not on 3/)
  })
  it('names an unknown parameter and one that is out of range', () => {
    expect(() => fit(algorithm, sixSamples(), { colour: 1 })).toThrow(/has no parameter "colour"/)
    const [first] = Object.keys(algorithm.parameters.shape)
    expect(() => fit(algorithm, sixSamples(), { [first]: -2 })).toThrow(new RegExp(`${name}: ${first}`))
  })
  it('calls all the same where every feature is constant', () => {
    const constant: Matrix = { rows: 8, columns: 3, values: new Float32Array(24).fill(2) }
    const scores = decide(algorithm, fit(algorithm, { x: constant, y: alternating(8) }, quick), constant)
    expect(new Set(scores).size).toBe(1)
    expect(Number.isFinite(scores[0])).toBe(true)
  })
  it('takes 10,000 features', () => {
    const wide = few(20, 10_000)
    const scores = decide(algorithm, fit(algorithm, { x: wide, y: alternating(20) }, quick), wide)
    expect(scores.every(Number.isFinite)).toBe(true)
  })
  it('is the same after saving and loading', async () => {
    const folder = join(root, name)
    const classifier = fitClassifier(name, { x, y }, quick)
    const bytes = await saveClassifier(folder, classifier)
    expect(bytes).toBeGreaterThan(100)
    expect(scoresOf(await loadClassifier(folder), test)).toEqual(scoresOf(classifier, test))
  })
})

it('knn refuses fewer samples than neighbours', () =>
  expect(() => fit(algorithmNamed('knn'), { x: few(4), y: alternating(4) })).toThrow(
    /n_neighbors is 5, but there are only 4/,
  ))

describe('a saved classifier', () => {
  const saved = async () => {
    const folder = await mkdtemp(join(root, 'saved-'))
    await saveClassifier(folder, fitClassifier('linear-svc', { x, y }))
    return folder
  }
  const header = async (folder: string, change: (header: Record<string, unknown>) => void) => {
    const path = join(folder, 'model.json')
    const value = JSON.parse(await readFile(path, 'utf8'))
    change(value)
    await writeFile(path, JSON.stringify(value))
  }
  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ['cut off', (f) => truncate(join(f, 'model.bin'), 10), /cut off or too long/],
    ['longer', (f) => appendFile(join(f, 'model.bin'), 'x'), /cut off or too long/],
    ['newer', (f) => header(f, (h) => Object.assign(h, { schema: 2 })), /newer version \(schema 2\)/],
    [
      'changed in a number',
      (f) => header(f, (h) => Object.assign(h.values as object, { intercept: 9 })),
      /was changed/,
    ],
    [
      'changed in its weights',
      async (f) => {
        const bytes = await readFile(join(f, 'model.bin'))
        bytes[3] ^= 1
        await writeFile(join(f, 'model.bin'), bytes)
      },
      /was changed/,
    ],
    ['no header', (f) => writeFile(join(f, 'model.json'), '{"schema": 1}'), /no header of a classifier/],
    ['no JSON', (f) => writeFile(join(f, 'model.json'), 'require("fs")'), /no header of a classifier/],
    ['gone', (f) => rm(join(f, 'model.bin')), /holds no saved classifier/],
  ])('that is %s is refused', async (_, harm, message) => {
    const folder = await saved()
    await harm(folder)
    await expect(loadClassifier(folder)).rejects.toThrow(message)
  })
})

describe('model selection', () => {
  const patients = Array.from(y, (_, i) => `p${i >> 1}`)
  const samples = { x, y, patients, groups: patients }
  const linear = { algorithm: 'linear-svc', parameters: {} }

  it("has the report's grid for XGBoost: 32 settings", () => {
    expect(product(GRIDS.xgboost).length).toBe(32)
    expect(product({ a: [1, 2], b: [3, 4] })).toEqual([
      { a: 1, b: 3 },
      { a: 1, b: 4 },
      { a: 2, b: 3 },
      { a: 2, b: 4 },
    ])
  })

  it.each(Object.keys(SPLITTERS) as (keyof typeof SPLITTERS)[])(
    'cross-validates with the %s splitter',
    async (splitter) => {
      const part = splitter === 'leave-one-out' ? 40 : 300
      const some = {
        x: { ...x, rows: part, values: x.values.subarray(0, part * x.columns) },
        y: y.subarray(0, part),
        patients: patients.slice(0, part),
        groups: patients.slice(0, part),
      }
      const cv = await crossValidate(some, linear, { splitter, folds: 3, seed: 1 })
      const { folds, mean, std } = cv
      expect(folds.length).toBe({ 'leave-one-out': 40, 'hold-out': 1 }[splitter as string] ?? 3)
      expect(mean).toBeGreaterThan(0.5)
      expect({ mean, std }).toEqual(summarizeFolds(folds))
    },
  )

  it('finds the best of the grid, whatever the number of threads, and reports progress', async () => {
    const folds = SPLITTERS.grouped(samples, 3, 1)
    const grid = { n_neighbors: [1, 15], weights: ['uniform', 'distance'] }
    const progress: number[] = []
    const two = await gridSearch(
      samples,
      { algorithm: 'knn', grid },
      { folds, onProgress: (done) => progress.push(done), threads: 2 },
    )
    const one = await gridSearch(samples, { algorithm: 'knn', grid }, { folds, threads: 1 })
    expect(two).toEqual(one)
    expect(two.fits).toBe(12)
    expect(progress).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(two.best).toEqual(two.candidates.toSorted((a, b) => b.mean - a.mean)[0].parameters)
    expect(two.best.n_neighbors).toBe(15)
  })

  it('names what a thread failed at, and stops', async () => {
    const folds = SPLITTERS['k-fold'](samples, 3, 1)
    await expect(
      gridSearch(samples, { algorithm: 'knn', grid: { n_neighbors: [5000] } }, { folds }),
    ).rejects.toThrow(/knn: .*n_neighbors is 5000, but there are only 200 samples/)
  })
  it('refuses more folds than samples', async () => {
    await expect(crossValidate(samples, linear, { splitter: 'k-fold', folds: 301, seed: 1 })).rejects.toThrow(
      /301 folds are more/,
    )
  })
})

it('no fitted model holds anything but numbers, strings and arrays of numbers', () => {
  for (const name of names) {
    const model: Fitted = answer(name, name === 'catboost' ? { iterations: 2 } : {}).model
    for (const value of Object.values(model))
      expect(ArrayBuffer.isView(value) || ['number', 'string'].includes(typeof value)).toBe(true)
  }
})
