/** Uploads in Cloud Storage, and their answers in Firestore. */
import { ANSWER_DAYS, ANSWERS } from '@zoidberg/core/contract/inbox.ts'
import { createOnce } from '@zoidberg/core/firestore.ts'
import { type Firestore, Timestamp } from 'firebase-admin/firestore'
import type { Storage } from 'firebase-admin/storage'
import type { Inbox } from './answer-upload.ts'

type Bucket = ReturnType<Storage['bucket']>

const DAY_MS = 86_400_000
const isGone = (error: { code?: unknown }): boolean => error.code === 404

/** Errors of the libraries name the upload, and what is thrown here reaches the log. */
const nameless =
  (what: string) =>
  (error: { code?: unknown }): never => {
    throw new Error(`${what}: ${error.code ?? 'no connection'}`)
  }

/**
 * @param bucket that uploads land in
 * @param serving the database of answers
 * @returns uploads and answers; an upload is named with its generation, so that a later one of its path is never taken for it
 */
export function firebaseInbox(bucket: Bucket, serving: Firestore): Inbox {
  const fileOf = ({ path, generation }: { path: string; generation: string }) =>
    bucket.file(path, { generation })
  const documentOf = (id: string) => serving.doc(`${ANSWERS}/${id}`)
  return {
    read: (upload) =>
      fileOf(upload)
        // As it came: whoever uploads may call it gzip, and a few bytes of that are gigabytes.
        .download({ decompress: false })
        .then(
          ([bytes]) => bytes,
          (error) => (isGone(error) ? undefined : nameless('An upload cannot be read')(error)),
        ),
    remove: (upload) =>
      fileOf(upload)
        .delete({ ignoreNotFound: true })
        .then(() => {}, nameless('An upload cannot be deleted')),
    isAnswered: (id) =>
      documentOf(id)
        .get()
        .then(({ exists }) => exists, nameless('An answer cannot be read')),
    async answer(id, answer) {
      const expiresAt = Timestamp.fromMillis(Date.parse(answer.at) + ANSWER_DAYS * DAY_MS)
      await createOnce(documentOf(id), { ...answer, expiresAt }).catch(nameless('An answer cannot be stored'))
    },
  }
}
