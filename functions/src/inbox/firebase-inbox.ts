/** Uploads in Cloud Storage, and their answers in Firestore. */
import { ANSWER_DAYS, ANSWERS } from '@zoidberg/core/contract/inbox.ts'
import { CONFLICTS } from '@zoidberg/core/firestore.ts'
import { type Firestore, Timestamp } from 'firebase-admin/firestore'
import type { Storage } from 'firebase-admin/storage'
import type { Inbox } from './answer-upload.ts'

type Bucket = ReturnType<Storage['bucket']>

const DAY_MS = 86_400_000
const isGone = (error: { code?: unknown }): boolean => error.code === 404

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
        .download()
        .then(([bytes]) => bytes)
        .catch((error) => {
          if (isGone(error)) return undefined
          throw error
        }),
    remove: async (upload) => void (await fileOf(upload).delete({ ignoreNotFound: true })),
    isAnswered: async (id) => (await documentOf(id).get()).exists,
    async answer(id, answer) {
      const expiresAt = Timestamp.fromMillis(Date.parse(answer.at) + ANSWER_DAYS * DAY_MS)
      await documentOf(id)
        .create({ ...answer, expiresAt })
        .catch((error) => {
          if (!CONFLICTS.includes(error.code)) throw error
        })
    },
  }
}
