/** What clients may know of a model and of the gallery: nothing of files, calibration and how to make it again. */
import { z } from 'zod'
import { findingsSchema, labelSchema, taskSchema } from './labels.ts'

const rate = z.number().min(0).max(1)

/** Who made something, where it is, and under which license it may be shown. */
export const attributionSchema = z.object({ text: z.string(), url: z.url(), license: z.string() })
export type Attribution = z.infer<typeof attributionSchema>

/** A named threshold. */
export const operatingPointSchema = z.object({
  threshold: rate.describe('on the probability of any finding'),
  sensitivity: rate.nullable().describe('on the validation part'),
  specificity: rate.nullable().describe('on the validation part'),
  default: z.boolean().optional().describe('whether it is used where none is named'),
  rule: z.string().describe('how the threshold was chosen'),
})
export type OperatingPoint = z.infer<typeof operatingPointSchema>

/** The figures of `evaluate --json` that a card shows; an old card may lack any of them. */
const figuresSchema = z.looseObject({
  data: z.looseObject({ part: z.string(), images: z.int(), patients: z.int() }).optional(),
  accuracy: rate.nullish(),
  sensitivity: rate.nullish(),
  specificity: rate.nullish(),
  rocAuc: rate.nullish(),
  confusion: z
    .array(z.array(z.int()))
    .optional()
    .describe('rows are what the label says, columns what was called; the negative class first'),
  ece: z.number().nullish().describe('expected calibration error'),
  intervals: z
    .record(z.string(), z.tuple([z.number().nullable(), z.number().nullable()]))
    .optional()
    .describe('95 %, by bootstrap over patients'),
})
export type Figures = z.infer<typeof figuresSchema>

const reliabilityBinSchema = z.object({
  meanScore: rate.describe('mean probability of any finding'),
  positiveShare: rate.describe('share of the images that show one'),
  count: z.int().describe('of images'),
  least: rate.describe('of the 95 % interval of the share'),
  most: rate.describe('of the 95 % interval of the share'),
})
export type ReliabilityBin = z.infer<typeof reliabilityBinSchema>

/** What a threshold brings on validation, with 95 % intervals over patients. */
const atThresholdSchema = z.object({
  threshold: rate,
  sensitivity: rate,
  specificity: rate,
  sensitivityInterval: z.tuple([rate, rate]),
  specificityInterval: z.tuple([rate, rate]),
})
export type AtThreshold = z.infer<typeof atThresholdSchema>

/** Curves over all thresholds, on validation; a model of before this was kept lacks them. */
const curvesSchema = z.looseObject({
  roc: z
    .array(z.array(rate))
    .optional()
    .describe('[1 - specificity, sensitivity], from no to all called ill'),
  precisionRecall: z.array(z.array(rate)).optional().describe('[recall, precision]'),
  thresholds: z.array(atThresholdSchema).optional().describe('from the lowest to the highest'),
  reliability: z.array(reliabilityBinSchema).optional().describe('bins of the probability that have images'),
})

/** One version of the validation images, as another machine might have taken them. */
const shiftSchema = z.looseObject({
  name: z.string(),
  sensitivity: rate,
  specificity: rate,
  rocAuc: rate.nullish(),
})
export type Shift = z.infer<typeof shiftSchema>

export const metricsSchema = z.looseObject({
  validation: figuresSchema.optional(),
  test: figuresSchema.optional(),
  curves: curvesSchema.optional(),
  shifts: z.array(shiftSchema).optional(),
  strangers: z.array(shiftSchema).optional(),
})

/** What a model was trained on. */
export const trainingDataSchema = z.object({
  fingerprint: z.string().describe('changes with any image, label or part'),
  images: z.int().describe('that it was fitted on'),
  synthetic: z.boolean().describe('whether they are drawings and no X-rays'),
  split: z.string().optional().describe('digest of what was fitted and what was validated on'),
  people: z
    .string()
    .max(200)
    .optional()
    .describe('whom the images show, in words that end "The model has seen …"'),
  attribution: attributionSchema.optional(),
})

export const cardSchema = z.object({
  id: z.string(),
  channels: z.array(z.string()).describe('that name the model'),
  createdAt: z.string(),
  task: taskSchema,
  labels: z.array(labelSchema),
  findings: findingsSchema.optional().describe('a display name for each label'),
  input: z.object({ height: z.int(), width: z.int() }),
  explains: z.boolean().describe('whether predictions can come with a map'),
  operatingPoints: z.record(z.string(), operatingPointSchema),
  metrics: metricsSchema,
  training: z.object({ model: z.string(), dataset: trainingDataSchema, seed: z.int() }),
})
export type Card = z.infer<typeof cardSchema>
export const cardsSchema = z.object({
  models: z.array(cardSchema),
  appCheckKey: z.string().optional().describe('of the site, where predictions may need a token of App Check'),
})
export type Cards = z.infer<typeof cardsSchema>

export const gallerySchema = z.object({
  synthetic: z.boolean().describe('whether the samples are drawings and no X-rays'),
  attribution: attributionSchema.optional(),
  samples: z.array(z.object({ id: z.string(), label: labelSchema })),
})
export type Gallery = z.infer<typeof gallerySchema>

/** What strangers are told; operators are told the rest. */
export const readinessSchema = z.object({ ready: z.boolean() })
export const healthSchema = readinessSchema.extend({
  engine: z.string().nullable(),
  model: z.object({ id: z.string(), channel: z.string() }).nullable(),
  versions: z.record(z.string(), z.string()),
  lastError: z.string().optional(),
})
export type Health = z.infer<typeof healthSchema>
