/** Every line this program logs. Nothing here ever holds an image or a name of a file. */
import { logger as cloud } from 'firebase-functions'

/** `npm start` has a person before it, not a log explorer: one line, and only for what is wrong. */
const terminal = {
  debug() {},
  info() {},
  warn: (message: string, facts: object) => console.error(`${message}: ${JSON.stringify(facts)}`),
  error: (message: string, facts: object) => console.error(`${message}: ${JSON.stringify(facts)}`),
}

const logger = process.env.ZOIDBERG_EMBEDDED_MODEL ? terminal : cloud

export const modelLoaded = (id: string, engine: string, milliseconds: number) =>
  logger.info('model loaded', { model: id, engine, milliseconds: Math.round(milliseconds) })

export const modelRefused = (id: string, error: Error) =>
  logger.error('model cannot be loaded', { model: id, error: error.message })

export const channelsUnreadable = (error: Error) =>
  logger.error('channels cannot be read', { error: error.message })

export const unexpected = (where: string, error: unknown) =>
  logger.error('unexpected error', { where, error: error instanceof Error ? error.stack : String(error) })

export const countersNotStored = (error: Error) =>
  logger.warn('counters cannot be stored; they are kept for later', { error: error.message })

export const jobOutput = (line: string) => logger.debug('job', { line })

export const runsFailed = (runs: string[]) => logger.warn('runs without a sign of life', { runs })

export const modelsCollected = (models: string[]) => logger.info('old models deleted', { models })
