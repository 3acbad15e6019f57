/** What a caller asks, and the prediction P that answers for one image. */
import { z } from 'zod'
import { labelSchema } from './labels.ts'
import { problemSchema } from './problems.ts'

const probability = z.number().min(0).max(1)

/**
 * @property image base64 of a file. Exactly one of `image` and `sample` is given.
 * @property caller draws a canary's share
 */
export const predictCallSchema = z
  .strictObject({
    image: z.string().optional(),
    sample: z.string().max(200).optional(),
    model: z.string().max(100).optional(),
    explain: z.boolean().optional(),
    operatingPoint: z.string().max(40).optional(),
    caller: z.string().max(100).optional(),
  })
  .refine((data) => (data.image === undefined) !== (data.sample === undefined), {
    error: 'give either image or sample',
  })
export type PredictCall = z.infer<typeof predictCallSchema>

export const WARNING_CODES = ['colour', 'tiny', 'aspect', 'low-range', 'not-chest-xray'] as const
const warningSchema = z.object({ code: z.enum(WARNING_CODES), message: z.string() })
export type Warning = z.infer<typeof warningSchema>

/** @property probability of pneumonia of any kind; `positive` where it reaches the threshold of the operating point */
export const decisionSchema = z.object({
  positive: z.boolean(),
  probability,
  threshold: probability,
  operatingPoint: z.string(),
})
export type Decision = z.infer<typeof decisionSchema>

/**
 * @property png base64, to lay over the image
 * @property label what the map is evidence for
 */
export const explanationSchema = z.object({
  png: z.string(),
  width: z.int(),
  height: z.int(),
  label: labelSchema,
})
export type Explanation = z.infer<typeof explanationSchema>

export const predictionSchema = z.object({
  file: z.string(),
  label: labelSchema,
  /** One for each label of the model; they sum to 1. */
  probabilities: z.partialRecord(labelSchema, probability),
  decision: decisionSchema,
  model: z.object({ id: z.string(), channel: z.string() }),
  image: z.object({ width: z.int(), height: z.int(), format: z.enum(['jpeg', 'png', 'webp']) }),
  warnings: z.array(warningSchema),
  timing: z.object({ decodeMs: z.number(), inferMs: z.number(), totalMs: z.number() }),
  explanation: explanationSchema.optional(),
})
export type Prediction = z.infer<typeof predictionSchema>

/** In the order of the files; where one of several is bad, its problem stands in the place of its prediction. */
export const predictionsSchema = z.object({
  predictions: z.array(z.union([predictionSchema, z.object({ file: z.string(), error: problemSchema })])),
})
export type Predictions = z.infer<typeof predictionsSchema>
