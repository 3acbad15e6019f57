/** What the page asks the backend: predictions through the Firebase SDK, cards and samples over plain HTTPS. */
import type { Label } from '@zoidberg/core/labels.ts'
import { initializeApp } from 'firebase/app'
import { getFunctions, httpsCallable } from 'firebase/functions'

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

async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path)
  const body = await response.json()
  if (!response.ok) throw new Error(body.detail ?? response.statusText)
  return body
}

export const getCards = async (): Promise<Card[]> => (await getJson<{ models: Card[] }>('/api/models')).models
export const getGallery = (): Promise<Gallery> => getJson('/api/samples')
export const sampleUrl = (id: string): string => `/api/samples/${encodeURIComponent(id)}`

let call: Promise<(request: Request) => Promise<{ data: Prediction }>> | undefined

/** The callable behind a Hosting rewrite of the same origin: the same address in the emulators and in production. */
async function connect() {
  const config = await getJson<Record<string, string>>('/__/firebase/init.json')
  return httpsCallable<Request, Prediction>(getFunctions(initializeApp(config), location.origin), 'predict')
}

export async function predict(request: Request): Promise<Prediction> {
  call ??= connect()
  call.catch(() => {
    call = undefined
  })
  return (await (await call)(request)).data
}

/** A file as base64, without the prefix of a data URL. */
export const toBase64 = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve((reader.result as string).replace(/^.*?,/, ''))
    reader.onerror = () => reject(new Error('The file cannot be read.'))
    reader.readAsDataURL(file)
  })
