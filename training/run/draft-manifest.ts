/** What a manifest says of a model before it has answered anything. */
import { wordsOf } from '@zoidberg/core/contract/labels.ts'
import { PREPROCESSING, SHARP_VERSION } from '@zoidberg/core/image.ts'
import { MANIFEST_SCHEMA, type Manifest } from '@zoidberg/core/manifest.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { type Split, splitDigest } from '../dataset/split.ts'
import { fitReference } from '../evaluation/input-reference.ts'
import { imagesOf } from '../evaluation/seen.ts'
import { ACTIVATION_MAP, PROBABILITIES } from '../graph/export.ts'
import type { TrainingConfig } from './config.ts'

type Exported = { dataset: Dataset; split: Split; hasMap: boolean; files: Manifest['files'] }

/**
 * Drafts the manifest of an exported model.
 *
 * @param exported the model's files, whether it draws activation maps, and what they were trained on
 * @returns a manifest without calibration, chosen thresholds and figures
 */
export function draftManifest(config: TrainingConfig, { dataset, split, hasMap, files }: Exported): Manifest {
  const { definition, size, task, labels } = config
  const { train, validation } = split
  const createdAt = new Date().toISOString()
  const id = config.id ?? `${definition.name}-${createdAt.slice(0, 19).replace(/\D/g, '')}-s${config.seed}`
  return {
    schema: MANIFEST_SCHEMA,
    id,
    createdAt,
    task,
    labels,
    findings: Object.fromEntries(labels.map((label) => [label, wordsOf(label)])),
    input: {
      ...size,
      preprocessing: PREPROCESSING,
      sharp: SHARP_VERSION,
      reference: fitReference(dataset, train, validation),
    },
    outputs: {
      probabilities: PROBABILITIES,
      ...(hasMap ? { activationMap: ACTIVATION_MAP } : {}),
    },
    operatingPoints: {
      balanced: {
        threshold: 0.5,
        sensitivity: null,
        specificity: null,
        default: true,
        rule: 'not yet chosen',
      },
    },
    calibration: { method: 'temperature', temperature: 1 },
    metrics: {},
    files,
    training: {
      command: config.command,
      runId: id,
      model: definition.name,
      dataset: {
        fingerprint: dataset.fingerprint,
        images: train.length,
        synthetic: dataset.synthetic,
        split: splitDigest(split),
      },
      ...(config.isForeign ? {} : { images: imagesOf(split, config.from?.manifest) }),
      seed: config.seed,
      hyperparameters: { ...config.hyperparameters, ...config.settings },
      versions: { node: process.versions.node, sharp: SHARP_VERSION },
    },
  }
}
