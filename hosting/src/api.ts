/** What the page asks the backend: predictions through the Firebase SDK, cards and samples over plain HTTPS. */
import type { Label } from '@zoidberg/core/labels.ts'
import { getFunctions, httpsCallable } from 'firebase/functions'
import { firebaseApp, getJson } from './firebase.ts'

export type OperatingPoint = {
  threshold: number
  sensitivity: number | null
  specificity: number | null
  default?: boolean
  rule: string
}

export type Card = {
  id: string
  channels: string[]
  task: 'binary' | 'three-class'
  labels: Label[]
  explains: boolean
  operatingPoints: Record<string, OperatingPoint>
  training: { model: string; dataset: { images: number; synthetic: boolean } }
}

export type Prediction = {
  label: Label
  probabilities: Partial<Record<Label, number>>
  decision: { positive: boolean; probability: number; threshold: number; operatingPoint: string }
  model: { id: string; channel: string }
  image: { width: number; height: number; format: string }
  warnings: { code: string; message: string }[]
  timing: { totalMs: number }
  explanation?: { png: string; label: Label }
}

export type Gallery = { synthetic: boolean; samples: { id: string; label: Label }[] }

export type Request = {
  image?: string
  sample?: string
  model?: string
  explain?: boolean
  operatingPoint?: string
}

export const getCards = async (): Promise<Card[]> => (await getJson<{ models: Card[] }>('/api/models')).models
export const getGallery = (): Promise<Gallery> => getJson('/api/samples')
export const sampleUrl = (id: string): string => `/api/samples/${encodeURIComponent(id)}`

/** A callable behind a Hosting rewrite of the same origin: the same address in the emulators and in production. */
export async function callDoor<Answer>(door: string, data: object): Promise<Answer> {
  const functions = getFunctions(await firebaseApp(), location.origin)
  return (await httpsCallable<object, Answer>(functions, door)(data)).data
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

export const predict = (request: Request): Promise<Prediction> =>
  callDoor('predict', { ...request, caller: callerName() })

/** A file as base64, without the prefix of a data URL. */
export const toBase64 = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve((reader.result as string).replace(/^.*?,/, ''))
    reader.onerror = () => reject(new Error('The file cannot be read.'))
    reader.readAsDataURL(file)
  })
