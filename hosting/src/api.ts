/** What the page asks the backend, over plain HTTPS. */
import type { Card, Cards, Gallery } from '@zoidberg/core/contract/card.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { appCheckHeader, setSiteKey } from './app-check.ts'
import { PlainError, UNREACHABLE } from './errors.ts'
import { ask, askJson } from './http.ts'

export type Options = { model?: string; operatingPoint?: string; explain: boolean }

/**
 * @returns the cards of the models that channels name
 * @throws PlainError
 */
export async function getCards(): Promise<Card[]> {
  const { models, appCheckKey } = await askJson<Cards>('/api/models')
  setSiteKey(appCheckKey)
  return models
}
/**
 * @returns the X-rays to try
 * @throws PlainError
 */
export const getGallery = (): Promise<Gallery> => askJson('/api/samples')
/** @returns where a sample of the gallery lies */
export const sampleUrl = (id: string): string => `/api/samples/${encodeURIComponent(id)}`

/** @throws PlainError */
export async function getSample(id: string): Promise<Blob> {
  const response = await ask(sampleUrl(id))
  return response.blob().catch(() => {
    throw new PlainError(UNREACHABLE)
  })
}

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

/**
 * @param file the image's name, which errors and warnings speak of
 * @throws PlainError
 */
export async function predict(
  image: Blob,
  file: string,
  { model, operatingPoint, explain }: Options,
  signal: AbortSignal,
): Promise<Prediction> {
  const query = new URLSearchParams()
  if (explain) query.set('explain', '1')
  if (model) query.set('model', model)
  if (operatingPoint) query.set('operatingPoint', operatingPoint)
  const body = new FormData()
  body.append('image', image, file)
  const { predictions } = await askJson<{ predictions: Prediction[] }>(`/api/predict?${query}`, {
    method: 'POST',
    headers: { 'X-Zoidberg-Caller': callerName(), ...(await appCheckHeader()) },
    body,
    signal,
  })
  return predictions[0]
}
