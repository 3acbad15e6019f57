/** What the page asks the backend, by the client that everybody uses. */
import { type Card, createClient, type Gallery, type Prediction } from '@zoidberg/client/client.ts'
import { appCheckToken, setSiteKey } from './app-check.ts'
import { uploading } from './classify/upload.ts'
import type { Asked, Film } from './film.ts'
import { remembered } from './remembered.ts'

const CALLER_KEY = 'zoidberg-caller'

const NAME_OF_THIS_VISIT = crypto.randomUUID()

/** A random name of this browser, so that a canary always or never answers it; of the visit where nothing may be stored. */
function callerName(): string {
  const known = remembered.read(CALLER_KEY)
  if (!known) remembered.write(CALLER_KEY, NAME_OF_THIS_VISIT)
  return known ?? NAME_OF_THIS_VISIT
}

const OPTIONS = { caller: callerName(), appCheckToken }
const client = createClient({
  ...OPTIONS,
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

/** @property tell hears where the question stands */
type Asking = { signal: AbortSignal; tell(asked: Asked): void }

/** Waits that a person sits through, and no longer. */
const RETRIES = 2

/**
 * Asks a model about a film.
 *
 * @throws ZoidbergProblem
 */
export async function ask(
  film: Film,
  { model, explain }: { model: string; explain: boolean },
  { signal, tell }: Asking,
): Promise<Prediction> {
  const image = await film.image()
  const since = Date.now()
  const sending = (share: number) =>
    tell(share < 1 ? { state: 'sending', share, bytes: image.size, since } : { state: 'working', since })
  const client = createClient({ ...OPTIONS, fetch: uploading(sending) })
  return client.predict(image, {
    model,
    explain,
    name: film.file,
    signal,
    retries: RETRIES,
    onProgress({ stage, seconds = 0 }) {
      if (stage === 'sending') sending(0)
      if (stage === 'waiting') tell({ state: 'busy', seconds })
    },
  })
}
