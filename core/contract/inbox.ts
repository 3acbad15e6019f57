/** The folder that answers: what lands in `inbox/{uid}/` of the bucket, and what Firestore keeps of the answer. */
import type { Prediction } from './prediction.ts'
import type { Problem } from './problems.ts'

/** Folder of uploads, in the bucket. */
export const INBOX = 'inbox'
/** Collection of answers, in the database `serving`: each is read by its owner alone. */
export const ANSWERS = 'predictions'
/** After so many days an answer is deleted. An upload is deleted when it is answered. */
export const ANSWER_DAYS = 30

/**
 * An answer; either `prediction` or `error` is null.
 *
 * @property uid the account that it belongs to
 * @property file the name of the upload, without its folders
 * @property at ISO 8601
 */
export type Answer = {
  uid: string
  file: string
  at: string
  prediction: Prediction | null
  error: Problem | null
}
