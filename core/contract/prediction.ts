/** What a caller asks, and the prediction P that answers for one image. */
import { z } from 'zod'
import { labelSchema } from './labels.ts'
import { problemSchema } from './problems.ts'

const probability = z.number().min(0).max(1)

/** What the callable `predict` takes. */
export const predictCallSchema = z
  .strictObject({
    image: z.string().optional().describe('the file as base64; either this or `sample` is given'),
    sample: z.string().max(200).optional().describe('the id of an X-ray of the gallery'),
    model: z
      .string()
      .max(100)
      .optional()
      .describe('a channel, or the id of a model that a channel names; `production` if left out'),
    explain: z.boolean().optional().describe('adds a map of the evidence'),
    operatingPoint: z
      .string()
      .max(40)
      .optional()
      .describe("a threshold by its name; the model's default if left out"),
    caller: z
      .string()
      .max(100)
      .optional()
      .describe('stays the same for one client, so that a canary always or never answers it'),
  })
  .refine((data) => (data.image === undefined) !== (data.sample === undefined), {
    error: 'give either image or sample',
  })
export type PredictCall = z.infer<typeof predictCallSchema>

export const WARNING_CODES = ['colour', 'tiny', 'aspect', 'low-range', 'lateral', 'not-chest-xray'] as const
const warningSchema = z.object({
  code: z.enum(WARNING_CODES).describe('what is odd about the image'),
  message: z.string().describe('the same in words'),
})
export type Warning = z.infer<typeof warningSchema>

/** The answer to the question of whether anything was found. */
export const decisionSchema = z.object({
  positive: z.boolean().describe('whether the probability reaches the threshold'),
  probability: probability.describe('of any finding'),
  threshold: probability.describe('what it was compared with'),
  operatingPoint: z.string().describe("the threshold's name"),
})
export type Decision = z.infer<typeof decisionSchema>

/** A map of the evidence. */
export const explanationSchema = z.object({
  png: z.string().describe('base64 of a transparent picture to lay over the image'),
  width: z.int().describe('of the picture, in pixels'),
  height: z.int().describe('of the picture, in pixels'),
  label: labelSchema.describe('what the map is evidence for'),
})
export type Explanation = z.infer<typeof explanationSchema>

export const predictionSchema = z.object({
  file: z.string().describe('the name that was sent; `image` where none was'),
  label: labelSchema.describe(
    'the negative class, NORMAL of most models, if the decision is negative; else the likeliest finding',
  ),
  probabilities: z
    .record(labelSchema, probability)
    .describe('one for each label of the model; they sum to 1'),
  decision: decisionSchema,
  model: z.object({
    id: z.string().describe('the model that answered'),
    channel: z.string().describe('the channel that names it'),
  }),
  image: z.object({
    width: z.int().describe('of the file, in pixels'),
    height: z.int().describe('of the file, in pixels'),
    format: z.enum(['jpeg', 'png', 'webp', 'dicom']),
  }),
  warnings: z.array(warningSchema),
  timing: z.object({
    decodeMs: z.number().describe('from the file to pixels'),
    inferMs: z.number().describe('in the model, waiting for it included'),
    totalMs: z.number(),
  }),
  explanation: explanationSchema.optional().describe('only where it was asked for'),
})
export type Prediction = z.infer<typeof predictionSchema>

/** In the order of the files; where one of several is bad, its problem stands in the place of its prediction. */
export const predictionsSchema = z.object({
  predictions: z.array(z.union([predictionSchema, z.object({ file: z.string(), error: problemSchema })])),
})
export type Predictions = z.infer<typeof predictionsSchema>
