/** The folder that answers: what lands in `inbox/{uid}/` of the bucket, and what Firestore keeps of the answer. */
import { z } from 'zod'
import { predictionSchema } from './prediction.ts'
import { problemSchema } from './problems.ts'

/** Folder of uploads, in the bucket. */
export const INBOX = 'inbox'
/** Collection of answers, in the database `serving`: each is read by its owner alone. */
export const ANSWERS = 'predictions'
/** After so many days an answer is deleted. An upload is deleted when it is answered. */
export const ANSWER_DAYS = 30

/** An answer; either `prediction` or `error` is null. */
export const answerSchema = z.object({
  uid: z.string().describe('the account that it belongs to'),
  file: z.string().describe('the name of the upload, without its folders'),
  at: z.iso.datetime(),
  prediction: predictionSchema.nullable(),
  error: problemSchema.nullable(),
})
export type Answer = z.infer<typeof answerSchema>
