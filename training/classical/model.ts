/** A fitted classifier as a model like any other: it has a manifest, and answers images with probabilities. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wordsOf } from '@zoidberg/core/contract/labels.ts'
import { loadTensors } from '@zoidberg/core/engines/tfjs.ts'
import { checksum } from '@zoidberg/core/files.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { PREPROCESSING, SHARP_VERSION } from '@zoidberg/core/image.ts'
import { MANIFEST_SCHEMA, type Manifest, parseManifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { classIndex, type Dataset, labelsOf, partOf } from '../dataset/dataset.ts'
import { splitDigest } from '../dataset/split.ts'
import { fitCalibration } from '../evaluation/calibration.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { fitReference } from '../evaluation/input-reference.ts'
import { imagesOf } from '../evaluation/seen.ts'
import { saveManifest } from '../run/folder.ts'
import type { Algorithm } from './algorithm.ts'
import { type Classifier, scoresOf } from './classifier.ts'
import { ALGORITHMS, algorithmNamed } from './index.ts'
import { samplesOf } from './samples.ts'
import { loadClassifier } from './serialization.ts'

/** Four neighbours that agree are no certainty; without it their log-odds would have no end. */
const LEAST = 0.01
/** A score on the threshold is called normal, as in scikit-learn; in single precision. */
const JUST_ABOVE = 1e-6

/** A score that is no probability is a margin, and a margin is taken for log-odds until it is calibrated. */
const toProbability = (score: number, { threshold }: Algorithm): number =>
  threshold === 0 ? 1 / (1 + Math.exp(-score)) : Math.min(Math.max(score, LEAST), 1 - LEAST)

/** Raw probabilities of the negative class and of any finding, a row for each score. */
const rowsOf = (scores: Float64Array, algorithm: Algorithm): Float32Array[] =>
  Array.from(scores, (score) => {
    const probability = toProbability(score, algorithm)
    return Float32Array.of(1 - probability, probability)
  })

const readManifest = async (folder: string): Promise<Manifest> =>
  parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))

/** @returns whether a folder holds a classical algorithm, which the function cannot serve */
export async function isClassicalRun(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder).catch(() => undefined)
  return ALGORITHMS.some(({ name }) => name === manifest?.training.model)
}

/**
 * Describes a saved classifier, with its calibration and figures on the validation part. It decides as the algorithm does: its
 * operating point is the algorithm's own threshold.
 *
 * @param folder that `saveClassifier` wrote
 * @param fitted how it was fitted; the data set is split by a hash of the patient
 */
export async function describeClassifier(
  folder: string,
  classifier: Classifier,
  { dataset, seed }: { dataset: Dataset; seed: number },
): Promise<void> {
  const algorithm = algorithmNamed(classifier.algorithm)
  const [train, validation] = [partOf(dataset, 'train'), partOf(dataset, 'validation')]
  const labels = labelsOf(dataset, 'binary')
  const raw = rowsOf(scoresOf(classifier, samplesOf({ dataset, samples: validation }).x), algorithm)
  const truth = validation.map((sample) => classIndex(sample, labels))
  const calibration = fitCalibration(truth, [raw])
  const own = toProbability(algorithm.threshold, algorithm) + JUST_ABOVE
  const [, threshold] = calibrate(Float32Array.of(1 - own, own), calibration)
  const createdAt = new Date().toISOString()
  const id = `${algorithm.name}-${createdAt.slice(0, 19).replace(/\D/g, '')}-s${seed}`
  const manifest: Manifest = {
    schema: MANIFEST_SCHEMA,
    id,
    createdAt,
    task: 'binary',
    labels,
    findings: Object.fromEntries(labels.map((label) => [label, wordsOf(label)])),
    input: {
      ...dataset.size,
      preprocessing: PREPROCESSING,
      sharp: SHARP_VERSION,
      reference: fitReference(dataset, train, validation),
    },
    outputs: { probabilities: 'scores' },
    operatingPoints: {
      balanced: {
        threshold,
        sensitivity: null,
        specificity: null,
        default: true,
        rule: "the algorithm's own threshold",
      },
    },
    calibration,
    metrics: {},
    files: await Promise.all(
      ['model.json', 'model.bin'].map(async (name) => {
        const bytes = await readFile(join(folder, name))
        return { name, size: bytes.length, crc32c: checksum(bytes) }
      }),
    ),
    training: {
      command: `baseline --algorithm ${algorithm.name}`,
      runId: id,
      model: algorithm.name,
      dataset: {
        fingerprint: dataset.fingerprint,
        images: train.length,
        synthetic: dataset.synthetic,
        split: splitDigest({ train, validation }),
      },
      images: imagesOf({ train, validation }),
      seed,
      hyperparameters: classifier.parameters,
      versions: { node: process.versions.node, sharp: SHARP_VERSION },
    },
  }
  const figures = evaluate(manifest, { dataset, samples: validation, raw }, { part: 'validation' })
  const { balanced } = manifest.operatingPoints
  await saveManifest(folder, {
    ...manifest,
    operatingPoints: {
      balanced: { ...balanced, sensitivity: figures.sensitivity, specificity: figures.specificity },
    },
    metrics: { validation: figures },
  })
}

/**
 * Opens a classifier that was described.
 *
 * @returns a model that draws no activation maps
 * @throws UsageError if it is newer, cut off or changed
 */
export async function openClassifier(folder: string): Promise<LoadedModel> {
  await loadTensors()
  const manifest = await readManifest(folder)
  const classifier = await loadClassifier(folder)
  const algorithm = algorithmNamed(classifier.algorithm)
  const columns = manifest.input.height * manifest.input.width
  return {
    manifest,
    parallel: 1,
    async predict(images) {
      const values = new Float32Array(images.length * columns)
      images.forEach((pixels, i) => {
        values.set(pixels, i * columns)
      })
      const scores = scoresOf(classifier, { rows: images.length, columns, values })
      return { probabilities: rowsOf(scores, algorithm) }
    },
    dispose() {},
  }
}
