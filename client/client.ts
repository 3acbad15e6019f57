/** Asks a Zoidberg server about chest X-rays. Not a medical device. */
import { fromProblem, problemOf, ZoidbergProblem } from './problem.ts'
import type { Card, Cards, Gallery, Health, Prediction, Problem } from './types.ts'

export type * from './types.ts'
export { ZoidbergProblem }

/** A file, its bytes, or in Node, Deno and Bun its path. */
export type Image = Blob | ArrayBuffer | Uint8Array | string

type Token = string | undefined
/** A token, or what gives one: it is asked before each request, because tokens end. */
export type TokenSource = Token | (() => Token | Promise<Token>)

/**
 * @property url of the server, such as `https://PROJECT.web.app`; the page's own if left out
 * @property idToken of Firebase Authentication
 * @property appCheckToken of App Check
 * @property caller stays the same for one client, so that a canary always or never answers it
 * @property fetch another one than the platform's
 */
export type ClientOptions = {
  url?: string
  idToken?: TokenSource
  appCheckToken?: TokenSource
  caller?: string
  fetch?: typeof fetch
}

/**
 * @property signal ends waiting
 * @property timeoutMs of all tries together; 60,000 if left out
 * @property retries after 429 and 503, and where no answer came; 2 if left out
 * @property onProgress hears what happens
 */
export type CallOptions = {
  signal?: AbortSignal
  timeoutMs?: number
  retries?: number
  onProgress?(progress: {
    stage: 'sending' | 'waiting' | 'answered'
    attempt: number
    seconds?: number
  }): void
}

/**
 * @property model a channel, or the id of a model that a channel names
 * @property explain adds a map of the evidence
 * @property operatingPoint a threshold by its name
 * @property name of the file, which errors speak of
 */
export type PredictOptions = CallOptions & {
  model?: string
  explain?: boolean
  operatingPoint?: string
  name?: string
}

export type Client = ReturnType<typeof createClient>

const TIMEOUT_MS = 60_000
const RETRIES = 2
/** Where the server does not say how long to wait. */
const PAUSE_SECONDS = 1

/** @returns what asks the server; it keeps nothing between calls */
export function createClient({
  url = '',
  idToken,
  appCheckToken,
  caller,
  fetch: ask = fetch,
}: ClientOptions = {}) {
  async function call(path: string, init: RequestInit, options: CallOptions = {}): Promise<Response> {
    const { timeoutMs = TIMEOUT_MS, retries = RETRIES, onProgress } = options
    const late = AbortSignal.timeout(timeoutMs)
    const signal = options.signal ? AbortSignal.any([options.signal, late]) : late
    for (let attempt = 1; ; attempt++) {
      onProgress?.({ stage: 'sending', attempt })
      const problem = await send(path, init, signal).then(
        async (response) => {
          if (!response.ok) return problemOf(response)
          onProgress?.({ stage: 'answered', attempt })
          return response
        },
        (cause) => {
          if (options.signal?.aborted) throw options.signal.reason
          if (late.aborted) throw new ZoidbergProblem('timeout', 'The server took too long.')
          return new ZoidbergProblem('unreachable', `The server cannot be reached: ${cause.message}`)
        },
      )
      if (!(problem instanceof ZoidbergProblem)) return problem
      const isWorthwhile = [0, 429, 503].includes(problem.status)
      if (!isWorthwhile || attempt > retries) throw problem
      const seconds = problem.retryAfter ?? PAUSE_SECONDS * attempt
      if (1000 * seconds > timeoutMs) throw problem
      onProgress?.({ stage: 'waiting', attempt, seconds })
      await pause(1000 * seconds, signal, options.signal)
    }
  }

  async function send(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const [account, app] = await Promise.all([current(idToken), current(appCheckToken)])
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(account ? { Authorization: `Bearer ${account}` } : {}),
      ...(app ? { 'X-Firebase-AppCheck': app } : {}),
      ...(caller ? { 'X-Zoidberg-Caller': caller } : {}),
    }
    return ask(`${url.replace(/\/$/, '')}${path}`, { ...init, headers, signal })
  }

  const get = async <T>(path: string, options?: CallOptions): Promise<T> =>
    json(await call(path, {}, options))

  /** @throws ZoidbergProblem if the server refuses the request as a whole */
  async function predictAll(
    images: readonly Image[],
    { model, explain, operatingPoint, name, ...options }: PredictOptions = {},
  ): Promise<(Prediction | ZoidbergProblem)[]> {
    const query = new URLSearchParams({
      ...(explain ? { explain: '1' } : {}),
      ...(model ? { model } : {}),
      ...(operatingPoint ? { operatingPoint } : {}),
    })
    const body = new FormData()
    for (const image of images) {
      const file = await fileOf(image)
      body.append('image', file.blob, name ?? file.name)
    }
    const answer = await call(`/api/predict?${query}`, { method: 'POST', body }, options)
    const { predictions } = await json<{ predictions: (Prediction | { file: string; error: Problem })[] }>(
      answer,
    )
    const requestId = answer.headers.get('X-Request-Id') ?? undefined
    return predictions.map((item) => ('error' in item ? fromProblem(item.error, requestId) : item))
  }

  return {
    predictAll,
    /** @throws ZoidbergProblem of the file, of the request or of the way to the server */
    async predict(image: Image, options?: PredictOptions): Promise<Prediction> {
      const [result] = await predictAll([image], options)
      if (result instanceof ZoidbergProblem) throw result
      return result
    },
    /** @returns the cards of the models that channels name */
    models: async (options?: CallOptions) => (await get<Cards>('/api/models', options)).models as Card[],
    /** @returns the same with what the page needs besides */
    cards: (options?: CallOptions) => get<Cards>('/api/models', options),
    samples: (options?: CallOptions) => get<Gallery>('/api/samples', options),
    /** @returns one X-ray of the gallery, a JPEG */
    sample: async (id: string, options?: CallOptions): Promise<Blob> =>
      (await call(`/api/samples/${encodeURIComponent(id)}`, {}, options)).blob(),
    /** @throws ZoidbergProblem where the server is not ready */
    health: (options?: CallOptions) => get<Health>('/api/health', { retries: 0, ...options }),
  }
}

const current = async (source: TokenSource): Promise<Token> =>
  typeof source === 'function' ? source() : source

async function json<T>(response: Response): Promise<T> {
  return (response.json() as Promise<T>).catch(() => {
    throw new ZoidbergProblem('no-answer', 'The server gave an answer that cannot be read.', {
      status: response.status,
    })
  })
}

function pause(milliseconds: number, signal: AbortSignal, own: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    const end = () => {
      clearTimeout(timer)
      reject(own?.aborted ? own.reason : new ZoidbergProblem('timeout', 'The server took too long.'))
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

async function fileOf(image: Image): Promise<{ blob: Blob; name: string }> {
  if (typeof image === 'string') {
    // Hidden from bundlers: browsers have no such module, and no paths.
    const module = 'node:fs/promises'
    const { readFile } = (await import(/* @vite-ignore */ module)) as {
      readFile(path: string): Promise<Uint8Array<ArrayBuffer>>
    }
    return { blob: new Blob([await readFile(image)]), name: image.split(/[\\/]/).at(-1) ?? image }
  }
  if (image instanceof Blob) return { blob: image, name: 'name' in image ? String(image.name) : 'image' }
  return { blob: new Blob([image as Uint8Array<ArrayBuffer>]), name: 'image' }
}
