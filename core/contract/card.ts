/** What clients may know of a model and of the gallery: nothing of files, calibration and how to make it again. */
import { z } from 'zod'
import { labelSchema, taskSchema } from './labels.ts'

const rate = z.number().min(0).max(1)

/** Who made something, where it is, and under which license it may be shown. */
export const attributionSchema = z.object({ text: z.string(), url: z.url(), license: z.string() })
export type Attribution = z.infer<typeof attributionSchema>

/** @property rule how the threshold was chosen, for people */
export const operatingPointSchema = z.object({
  threshold: rate,
  sensitivity: rate.nullable(),
  specificity: rate.nullable(),
  default: z.boolean().optional(),
  rule: z.string(),
})
export type OperatingPoint = z.infer<typeof operatingPointSchema>

/** The figures of `evaluate --json` that a card shows; an old card may lack any of them. */
const figuresSchema = z.looseObject({
  data: z.looseObject({ part: z.string(), images: z.int(), patients: z.int() }).optional(),
  accuracy: rate.nullish(),
  sensitivity: rate.nullish(),
  specificity: rate.nullish(),
  rocAuc: rate.nullish(),
  /** Expected calibration error. */
  ece: z.number().nullish(),
  /** 95 %, by bootstrap over patients. */
  intervals: z.record(z.string(), z.tuple([z.number().nullable(), z.number().nullable()])).optional(),
})
export type Figures = z.infer<typeof figuresSchema>

export const metricsSchema = z.looseObject({
  validation: figuresSchema.optional(),
  test: figuresSchema.optional(),
})

/** @property people whom the images show, in words that end "The model has seen …" */
export const trainingDataSchema = z.object({
  fingerprint: z.string(),
  images: z.int(),
  synthetic: z.boolean(),
  /** Digest of what was fitted and what was validated on; models of before it was kept have none. */
  split: z.string().optional(),
  people: z.string().max(200).optional(),
  attribution: attributionSchema.optional(),
})

export const cardSchema = z.object({
  id: z.string(),
  channels: z.array(z.string()),
  createdAt: z.string(),
  task: taskSchema,
  labels: z.array(labelSchema),
  input: z.object({ height: z.int(), width: z.int() }),
  /** Whether predictions can come with a map. */
  explains: z.boolean(),
  operatingPoints: z.record(z.string(), operatingPointSchema),
  metrics: metricsSchema,
  training: z.object({ model: z.string(), dataset: trainingDataSchema, seed: z.int() }),
})
export type Card = z.infer<typeof cardSchema>
export const cardsSchema = z.object({ models: z.array(cardSchema) })

export const gallerySchema = z.object({
  /** Whether the samples are drawings and no X-rays. */
  synthetic: z.boolean(),
  attribution: attributionSchema.optional(),
  samples: z.array(z.object({ id: z.string(), label: labelSchema })),
})
export type Gallery = z.infer<typeof gallerySchema>

export const healthSchema = z.object({
  ready: z.boolean(),
  engine: z.string().nullable(),
  model: z.object({ id: z.string(), channel: z.string() }).nullable(),
  versions: z.record(z.string(), z.string()),
  lastError: z.string().optional(),
})
export type Health = z.infer<typeof healthSchema>
