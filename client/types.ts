/** What the server says. A test holds these types equal to the contract that the server validates with. */

/** RFC 9457 problem details. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  file?: string | undefined
  /** Seconds to wait before another try. */
  retryAfter?: number | undefined
}

export type Warning = {
  code: 'colour' | 'tiny' | 'aspect' | 'low-range' | 'lateral' | 'not-chest-xray'
  message: string
}

export type Prediction = {
  file: string
  /** The negative class, NORMAL of most models, if the decision is negative; else the likeliest finding. */
  label: string
  /** One for each label of the model; they sum to 1. */
  probabilities: Record<string, number>
  decision: { positive: boolean; probability: number; threshold: number; operatingPoint: string }
  model: { id: string; channel: string }
  image: { width: number; height: number; format: 'jpeg' | 'png' | 'webp' | 'dicom' }
  warnings: Warning[]
  timing: { decodeMs: number; inferMs: number; totalMs: number }
  /** A transparent picture to lay over the image, base64; only where it was asked for. */
  explanation?: { png: string; width: number; height: number; label: string } | undefined
}

export type Attribution = { text: string; url: string; license: string }

export type Card = {
  id: string
  channels: string[]
  createdAt: string
  task: 'binary' | 'three-class' | 'multi-class'
  labels: string[]
  findings?: Record<string, string> | undefined
  input: { height: number; width: number }
  explains: boolean
  operatingPoints: Record<
    string,
    {
      threshold: number
      sensitivity: number | null
      specificity: number | null
      default?: boolean | undefined
      rule: string
    }
  >
  metrics: { [figure: string]: unknown }
  training: {
    model: string
    seed: number
    dataset: {
      fingerprint: string
      images: number
      synthetic: boolean
      split?: string | undefined
      people?: string | undefined
      attribution?: Attribution | undefined
    }
  }
}
export type Cards = { models: Card[]; appCheckKey?: string | undefined }

export type Gallery = {
  synthetic: boolean
  attribution?: Attribution | undefined
  samples: { id: string; label: string }[]
}

/** Strangers are told `ready` alone. */
export type Health = {
  ready: boolean
  engine?: string | null
  model?: { id: string; channel: string } | null
  versions?: Record<string, string>
  lastError?: string | undefined
}
