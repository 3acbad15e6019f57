/** What the page asks the backend, by the client that everybody uses. */
import { type Card, createClient, type Gallery, type Prediction } from '@zoidberg/client/client.ts'
import { appCheckToken, setSiteKey } from './app-check.ts'

export type Options = { model?: string; operatingPoint?: string; explain: boolean }

const CALLER_KEY = 'zoidberg-caller'

const NAME_OF_THIS_VISIT = crypto.randomUUID()

/** A random name of this browser, so that a canary always or never answers it; of the visit where nothing may be stored. */
function callerName(): string {
  try {
    const known = localStorage.getItem(CALLER_KEY)
    if (!known) localStorage.setItem(CALLER_KEY, NAME_OF_THIS_VISIT)
    return known ?? NAME_OF_THIS_VISIT
  } catch {
    return NAME_OF_THIS_VISIT
  }
}

const client = createClient({
  caller: callerName(),
  appCheckToken,
  // Looked up at each call: tests and tools put another one in its place.
  fetch: (...args) => fetch(...args),
})

/** Whoever sees an error decides whether to try again. */
const ONCE = { retries: 0 }

/**
 * @returns the cards of the models that channels name
 * @throws ZoidbergProblem
 */
export async function getCards(): Promise<Card[]> {
  const { models, appCheckKey } = await client.cards(ONCE)
  setSiteKey(appCheckKey)
  return models
}
/**
 * @returns the X-rays to try
 * @throws ZoidbergProblem
 */
export const getGallery = (): Promise<Gallery> => client.samples(ONCE)
/** @returns where a sample of the gallery lies */
export const sampleUrl = (id: string): string => `/api/samples/${encodeURIComponent(id)}`
/** @throws ZoidbergProblem */
export const getSample = (id: string): Promise<Blob> => client.sample(id, ONCE)

/**
 * @param name of the image, which errors and warnings speak of
 * @throws ZoidbergProblem
 */
export const predict = (
  image: Blob,
  name: string,
  options: Options,
  signal: AbortSignal,
): Promise<Prediction> => client.predict(image, { ...options, ...ONCE, name, signal })
