/**
 * An upload is answered once, however often its event comes: the answer's id is made of the upload, and an answer that is
 * there is never changed. The upload is deleted when its answer is stored; whatever is killed in between is done again.
 */
import { createHash } from 'node:crypto'
import { type Answer, INBOX } from '@zoidberg/core/contract/inbox.ts'
import { MAX_FILE_BYTES, MAX_NAME } from '@zoidberg/core/contract/limits.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { tooLarge } from '@zoidberg/core/image.ts'
import { isUid } from '../caller.ts'

/**
 * @property path in the bucket
 * @property generation tells two uploads of one path apart
 * @property size in bytes
 * @property at when it landed, in milliseconds since 1970
 */
export type Upload = { path: string; generation: string; size: number; at: number }

export type Inbox = {
  /** @returns the bytes of an upload; undefined where it is gone */
  read(upload: Upload): Promise<Uint8Array | undefined>
  /** Does nothing where it is gone. */
  remove(upload: Upload): Promise<void>
  isAnswered(id: string): Promise<boolean>
  /** Does nothing where there is an answer already. */
  answer(id: string, answer: Answer): Promise<void>
}

export type AnswerOptions = {
  inbox: Inbox
  /** @throws ZoidbergError */
  predict(image: { file: string; bytes: Uint8Array; uid: string }): Promise<Prediction>
  onUnexpected(error: unknown): void
  /** In milliseconds since 1970. */
  now: number
}

/** What may pass by itself is tried again for so long: a full server, a model that is being loaded. */
export const PATIENCE_MS = 10 * 60_000
/** What ends the process, or cannot be read or stored, comes again for so long, and ends unanswered with the reason. */
export const GIVE_UP_MS = 60 * 60_000

/** @returns the account and the name of an upload; undefined for what is no upload */
export function ownerOf(path: string): { uid: string; file: string } | undefined {
  const [folder, uid, file, ...more] = path.split('/')
  return folder === INBOX && isUid(uid) && file && more.length === 0
    ? { uid, file: Array.from(file).slice(0, MAX_NAME).join('') }
    : undefined
}

/** @returns the id of an upload's answer, always the same */
export const answerIdOf = ({ path, generation }: Pick<Upload, 'path' | 'generation'>): string =>
  createHash('sha256').update(`${path}#${generation}`).digest('hex').slice(0, 32)

/**
 * Answers an upload and deletes it. What is no upload is left alone.
 *
 * @throws Error, without a word of the upload, if the event is to come again
 */
export async function answerUpload(upload: Upload, options: AnswerOptions): Promise<void> {
  const { inbox, now } = options
  const owner = ownerOf(upload.path)
  if (!owner) return
  const id = answerIdOf(upload)
  if (!(await inbox.isAnswered(id))) {
    const result = await resultOf(upload, owner, options)
    if (result === undefined) return
    const at = new Date(now).toISOString()
    const isError = result instanceof Error
    await inbox.answer(id, {
      ...owner,
      at,
      prediction: isError ? null : result,
      error: isError ? toProblem(result) : null,
    })
  }
  await inbox.remove(upload)
}

/** @returns undefined if the upload is gone */
async function resultOf(
  upload: Upload,
  { uid, file }: { uid: string; file: string },
  { inbox, predict, onUnexpected, now }: AnswerOptions,
): Promise<Prediction | Error | undefined> {
  if (upload.size > MAX_FILE_BYTES) return tooLarge(file)
  if (now - upload.at > GIVE_UP_MS)
    return new ZoidbergError('internal', 'The file could not be answered within an hour.', { file })
  const bytes = await inbox.read(upload)
  if (!bytes) return undefined
  return predict({ file, bytes, uid }).catch((error: Error) => {
    if (!(error instanceof ZoidbergError)) onUnexpected(error)
    const { status } = toProblem(error)
    const mayPass = status >= 500 || status === 429
    if (mayPass && now - upload.at < PATIENCE_MS) throw new Error('An upload is answered later.')
    return error
  })
}
