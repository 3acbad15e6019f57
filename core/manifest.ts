/** `manifest.json`: everything serving needs to know of a published model, validated on write and on read. */
import { z } from 'zod'
import { operatingPointSchema, trainingDataSchema } from './contract/card.ts'
import { MODEL_ID } from './contract/channel.ts'
import { findingsSchema, labelSchema, MAX_LABELS, TASKS, taskSchema } from './contract/labels.ts'

export const MANIFEST_SCHEMA = 1

const side = z.number().int().min(16).max(1024)

/** A mean training image and how much every X-ray resembles it: what does not is flagged `not-chest-xray`. */
const referenceSchema = z.object({
  side: z.number().int().min(4).max(64),
  /** Zero-mean, unit-norm gray values of the mean image, row by row. */
  template: z.array(z.number()),
  /** Correlation under which an image is flagged. */
  minCorrelation: z.number().min(-1).max(1),
})

/** How raw probabilities become those that people get; `calibrate` in prediction.ts. */
const calibrationSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('temperature'), temperature: z.number().positive() }),
  z.object({
    method: z.literal('platt'),
    slope: z.number().positive(),
    intercept: z.number(),
    /** Of the kinds of pneumonia among each other. */
    temperature: z.number().positive(),
    /** Added to the log-probability of each kind after that; nothing is if left out. */
    bias: z.array(z.number()).optional(),
  }),
])

const fileSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/i, 'a plain file name'),
  size: z.number().int().positive(),
  crc32c: z.string().regex(/^[0-9a-f]{8}$/),
})

export const manifestSchema = z
  .object({
    schema: z.literal(MANIFEST_SCHEMA),
    id: z.string().regex(MODEL_ID),
    createdAt: z.iso.datetime(),
    task: taskSchema,
    labels: z.array(labelSchema).min(2).max(MAX_LABELS),
    findings: findingsSchema.optional(),
    input: z.object({
      height: side,
      width: side,
      preprocessing: z.string(),
      sharp: z.string(),
      reference: referenceSchema.optional(),
    }),
    outputs: z.object({ probabilities: z.string(), activationMap: z.string().optional() }),
    operatingPoints: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), operatingPointSchema),
    calibration: calibrationSchema,
    /** The figures of `evaluate --json` on the validation part; `test` where there was one. */
    metrics: z.record(z.string(), z.unknown()),
    files: z.array(fileSchema).min(2),
    training: z.object({
      command: z.string(),
      runId: z.string(),
      model: z.string(),
      dataset: trainingDataSchema,
      /** The images that it was fitted on, and that chose epoch and thresholds: eight bytes of the SHA-256 of each, base64. */
      images: z.object({ fitted: z.base64(), chosen: z.base64() }).optional(),
      seed: z.number().int(),
      hyperparameters: z.record(z.string(), z.unknown()),
      versions: z.record(z.string(), z.string()),
    }),
  })
  .superRefine((manifest, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message })
    const { task, labels } = manifest
    if (new Set(labels).size !== labels.length) complain('a label is there twice')
    if (task === 'binary' ? labels.length !== 2 : labels.length < 3)
      complain(`labels do not belong to ${task}`)
    if (task === 'three-class' && labels.join() !== TASKS[task].join())
      complain(`labels do not belong to ${task}`)
    const defaults = Object.values(manifest.operatingPoints).filter((point) => point.default)
    if (defaults.length !== 1) complain('exactly one operating point must be the default')
    const { calibration } = manifest
    if (
      calibration.method === 'platt' &&
      calibration.bias &&
      calibration.bias.length !== manifest.labels.length - 1
    )
      complain('the calibration has not one bias for each finding')
    if (!manifest.files.some((file) => file.name === 'model.json')) complain('files lack model.json')
    const { reference } = manifest.input
    if (reference && reference.template.length !== reference.side ** 2)
      complain('the reference is not square')
  })

export type Manifest = z.infer<typeof manifestSchema>
export type ManifestFile = z.infer<typeof fileSchema>
export type Calibration = z.infer<typeof calibrationSchema>
export type Reference = z.infer<typeof referenceSchema>

/** Parses a manifest; throws an Error that names every field that is wrong. */
export function parseManifest(json: unknown): Manifest {
  const result = manifestSchema.safeParse(json)
  if (!result.success) throw new Error(`manifest.json is not valid:\n${z.prettifyError(result.error)}`)
  return result.data
}

/** The default operating point's name. */
export const defaultOperatingPoint = (manifest: Manifest): string =>
  Object.entries(manifest.operatingPoints).find(([, point]) => point.default)?.[0] as string
