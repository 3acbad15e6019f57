/** An X-ray that somebody chose, and what models said of it. */
import type { Prediction } from '@zoidberg/client/client.ts'

/**
 * @property url where the browser can show it
 * @property name what it is called on the page
 * @property file the name that the backend speaks of
 * @property sample its id, of an image of the gallery
 */
export type Film = {
  id: string
  url: string
  name: string
  file: string
  sample?: string
  image(): Promise<Blob>
}

/** Where the question about a film stands; `share` of its bytes are sent. */
export type Asked =
  | { state: 'queued' }
  | { state: 'sending'; share: number; bytes: number; since: number }
  | { state: 'working'; since: number }
  | { state: 'busy'; seconds: number }
  | { state: 'answered'; prediction: Prediction }
  | { state: 'failed'; words: string }
  | { state: 'cancelled' }

/** @returns whether nothing more is to come by itself */
export const isOver = ({ state }: Asked): boolean =>
  state === 'answered' || state === 'failed' || state === 'cancelled'
