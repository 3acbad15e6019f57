/** Every deploy-time parameter, read here and nowhere else. `firebase deploy` asks for what has no value in functions/.env. */
import { defineBoolean, defineInt, defineList, defineString, storageBucket } from 'firebase-functions/params'

export const region = defineString('ZOIDBERG_REGION', { default: 'us-central1' })
export const bucketName = defineString('ZOIDBERG_BUCKET', {
  default: '',
  description: "Bucket of models and samples; the project's default bucket if empty.",
})
export const inboxBucket = defineString('ZOIDBERG_INBOX_BUCKET', {
  default: storageBucket,
  description:
    'Bucket whose folder inbox/ is answered: better one of its own, because every object that lands in it wakes the function.',
})
/**
 * MiB. Two whole frames of 50 megapixels at a time (WebP: 400 each), four requests of 30 MB (twice each: as they came, and
 * cut into files) and TensorFlow's 500 fit.
 */
export const memory = defineInt('ZOIDBERG_MEMORY_MIB', { default: 2048 })
/** Instances that `predict` and `api` each keep ready. */
export const minInstances = defineInt('ZOIDBERG_MIN_INSTANCES', { default: 0 })
/** Instances of each function: a flood of requests is answered with 429 beyond, instead of being paid for. */
export const maxInstances = defineInt('ZOIDBERG_MAX_INSTANCES', { default: 10 })
/** With more, the 95th percentile under overload is over twice the normal one: docs/speed.md. */
export const concurrency = defineInt('ZOIDBERG_CONCURRENCY', { default: 4 })
export const corsOrigins = defineList('ZOIDBERG_CORS_ORIGINS', {
  default: ['*'],
  description: 'Origins whose pages may call, or *.',
})
/** With this on, predictions and calls need a token of App Check; the page sends one if it has a site key. */
export const enforceAppCheck = defineBoolean('ZOIDBERG_ENFORCE_APP_CHECK', { default: false })

/** Images a minute; 0 is no limit. */
export const rateAnonymous = defineInt('ZOIDBERG_RATE_ANONYMOUS', {
  default: 60,
  description:
    'Images a minute that an address may send without an account or an App Check token; 0 is no limit.',
})
export const rateKnown = defineInt('ZOIDBERG_RATE_KNOWN', {
  default: 600,
  description: 'Images a minute that an account, or an app at one address, may send; 0 is no limit.',
})
export const proxies = defineInt('ZOIDBERG_PROXIES', {
  default: 1,
  description:
    "Proxies of yours or of Hosting's before Google's own: so many addresses from the end, X-Forwarded-For names the client.",
})

export const appCheckKey = defineString('ZOIDBERG_APP_CHECK_KEY', {
  default: '',
  description: 'Site key of reCAPTCHA Enterprise, with which the page gets its App Check tokens.',
})

export const mails = defineBoolean('ZOIDBERG_MAILS', {
  default: false,
  description:
    'Whoever starts a run gets a mail when it ends; needs the extension Trigger Email on the collection mail.',
})
export const webhook = defineString('ZOIDBERG_WEBHOOK', {
  default: '',
  description: 'Address that gets a POST when a run ends.',
})

/** Spans go to Cloud Trace; they say what the time of a request goes to. */
export const tracing = defineBoolean('ZOIDBERG_TRACING', { default: false })

/** Where functions are only defined, firebase-functions asks for a `.value()` and warns of it: hence from the environment. */
const now = (param: { name: string }): string => process.env[param.name] ?? ''
/** @returns the origins whose pages may call, or `*` for all */
export const originsNow = (): string[] => JSON.parse(now(corsOrigins) || '["*"]')
/** @returns whether only requests with a valid App Check token are answered */
export const enforcesAppCheckNow = (): boolean => now(enforceAppCheck) === 'true'

/** @returns the site key of App Check; empty where the page sends no tokens */
export const appCheckKeyNow = (): string => now(appCheckKey)

/** @returns whether spans are sent */
export const tracesNow = (): boolean => now(tracing) === 'true'

/** @returns images a minute of who shows nothing, and of who has an account or an app */
export const ratesNow = (): { anonymous: number; known: number } => ({
  anonymous: Number(now(rateAnonymous) || 60),
  known: Number(now(rateKnown) || 600),
})
/** @returns proxies between Google's own and the client */
export const proxiesNow = (): number => Number(now(proxies) || 1)

/** Cloud Run names the function that an instance is for; where functions are only being listed for a deployment, none. */
const target = process.env.FUNCTIONS_CONTROL_API === 'true' ? undefined : process.env.FUNCTION_TARGET
/** Cloud Run sets it; emulators and tests do not. */
export const isOnCloudRun: boolean = process.env.K_SERVICE !== undefined
/** Whether this process answers predictions, so that it had better load the model when it starts. */
export const answersPredictions: boolean =
  target === 'predict' ||
  target === 'api' ||
  target === 'inbox' ||
  process.env.ZOIDBERG_EMBEDDED_MODEL !== undefined

/** The framework reads the body of an event by itself: there is none of a stranger's. */
export const isForEvents: boolean = target === 'inbox' || target === 'runEnded'

/** An account that the deploy script makes, with no more rights than docs/deployment.md says; it writes the whole address. */
export const serviceAccount = defineString('ZOIDBERG_SERVICE_ACCOUNT', { default: 'zoidberg-functions@' })
/** The account of `predict` and `api`: it reads models and writes counters. */
export const servingAccount = defineString('ZOIDBERG_SERVING_ACCOUNT', { default: 'zoidberg-serving@' })
/** The Cloud Run job of deploy/job.yaml, in the same region. */
export const jobName = defineString('ZOIDBERG_JOB', { default: 'zoidberg' })
