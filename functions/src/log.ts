/** Every line this program logs. Nothing here ever holds an image or a name of a file. */
import type { Drift } from '@zoidberg/core/contract/drift.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import * as cloud from 'firebase-functions/logger'

/** `npm start` has a person before it, not a log explorer: one line, and only for what is wrong. */
const terminal = {
  debug() {},
  info() {},
  warn: (message: string, facts: object) => console.error(`${message}: ${JSON.stringify(facts)}`),
  error: (message: string, facts: object) => console.error(`${message}: ${JSON.stringify(facts)}`),
}

const logger = process.env.ZOIDBERG_EMBEDDED_MODEL ? terminal : cloud

/** The images of a request were answered; firebase-functions adds the trace. Latencies are of the slowest image. */
export function answered(results: (Prediction | Error)[]): void {
  const predictions = results.filter((result): result is Prediction => !(result instanceof Error))
  const slowest = predictions.toSorted((a, b) => b.timing.totalMs - a.timing.totalMs).at(0)
  logger.info('answered', {
    images: results.length,
    failed: results.length - predictions.length,
    model: slowest?.model.id ?? null,
    channel: slowest?.model.channel ?? null,
    ...slowest?.timing,
  })
}

/** A model was loaded and warmed up. */
export const modelLoaded = (id: string, engine: string, milliseconds: number) =>
  logger.info('model loaded', { model: id, engine, milliseconds: Math.round(milliseconds) })

/** The instance could not get ready while it started. */
export const notReadyYet = (error: Error) => logger.warn('not ready yet', { error: error.message })

/** No engine can be loaded: the instance ends. */
export const noEngine = (why: string | undefined) => logger.error('no engine can be loaded', { error: why })

/** A model cannot be loaded; callers are not told why. */
export const modelRefused = (id: string, error: Error) =>
  logger.error('model cannot be loaded', { model: id, error: error.message })

/** Firestore fails or does not answer; the channels that are known go on. */
export const channelsUnreadable = (error: Error) =>
  logger.error('channels cannot be read', { error: error.message })

/**
 * An error is not of our making; callers are told nothing of it.
 *
 * @param where a path or the name of a function
 */
export const unexpected = (where: string, error: unknown) =>
  logger.error('unexpected error', { where, error: error instanceof Error ? error.stack : String(error) })

/** Counters wait for the next addition. */
export const countersNotStored = (error: Error) =>
  logger.warn('counters cannot be stored; they are kept for later', { error: error.message })

/** The limits of callers hold for each instance alone meanwhile. */
export const ratesNotShared = (error: Error) =>
  logger.warn('rates cannot be shared', { error: error.message })

/** A local job printed something. */
export const jobOutput = (line: string) => logger.debug('job', { line })

/** The schedule failed these runs. */
export const runsFailed = (runs: string[]) => logger.warn('runs without a sign of life', { runs })

/** The schedule ended the canaries of these channels. */
export const canariesEnded = (channels: string[]) => logger.error('canaries fail too often', { channels })

/** More answers are uncertain than on validation: the X-rays are of another kind. */
export const answersDrift = (drift: Drift) => logger.warn('answers drift from validation', drift)

/** The schedule deleted these models. */
export const modelsCollected = (models: string[]) => logger.info('old models deleted', { models })
