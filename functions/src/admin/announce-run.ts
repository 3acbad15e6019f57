/** Tells how a run ended: by mail, which the extension Trigger Email sends from `mail/`, and by a webhook. */
import { isActive, type Run } from '@zoidberg/core/contract/run.ts'
import { createOnce } from '@zoidberg/core/firestore.ts'
import type { Firestore } from 'firebase-admin/firestore'

/** extensions.dev/extensions/firebase/firestore-send-email */
const MAIL = 'mail'
const POST_MS = 10_000
const ADDRESS = /^[^@\s]+@[^@\s]+$/

/** What a webhook gets. */
export type Announcement = Pick<Run, 'state' | 'modelId' | 'error' | 'createdBy' | 'endedAt'> & {
  runId: string
  command: string
  dataset: string
}

export type AnnounceOptions = {
  firestore: Firestore
  /** Whether whoever started the run gets a mail. */
  mails: boolean
  /** Address that gets a POST; none if empty. */
  webhook: string
}

/** @returns whether a change of a run is its end */
export const hasEnded = (before: Run | undefined, after: Run | undefined): after is Run =>
  before !== undefined && after !== undefined && isActive(before) && !isActive(after)

/** @returns what there is to say of a run that has ended; undefined for a search from a command line, which nobody waits for */
export function announcementOf(runId: string, run: Run): Announcement | undefined {
  const { config, state, modelId, error, createdBy, endedAt } = run
  if (!config) return undefined
  return {
    runId,
    state,
    command: config.command,
    dataset: config.dataset,
    modelId,
    error,
    createdBy,
    endedAt,
  }
}

const ENDS: Partial<Record<Run['state'], string>> = {
  succeeded: 'has succeeded',
  failed: 'has failed',
  cancelled: 'was cancelled',
}

/** @returns a mail of the announcement */
export function mailOf({ runId, state, command, dataset, modelId, error }: Announcement) {
  const lines = [
    `The run ${runId} (${command} on ${dataset}) ${ENDS[state]}.`,
    modelId && `It published the model ${modelId}. The admin page says whether it answers already.`,
    error && `The reason: ${error}`,
    'The admin page has its figures.',
  ]
  return {
    subject: `Zoidberg: ${command} on ${dataset} ${ENDS[state]}`,
    text: lines.filter(Boolean).join('\n'),
  }
}

/**
 * Announces the end of a run. Doing it again changes nothing of the mail; a webhook hears it again, with the same run.
 *
 * @throws Error if the webhook cannot be reached or refuses
 */
export async function announceRun(
  announcement: Announcement,
  { firestore, mails, webhook }: AnnounceOptions,
): Promise<void> {
  const { runId, createdBy } = announcement
  if (mails && ADDRESS.test(createdBy))
    await createOnce(firestore.doc(`${MAIL}/${runId}`), { to: [createdBy], message: mailOf(announcement) })
  if (webhook === '') return
  const response = await fetch(webhook, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(announcement),
    signal: AbortSignal.timeout(POST_MS),
  })
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`)
}
