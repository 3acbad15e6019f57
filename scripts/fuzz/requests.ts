/** Requests as nobody means to send them. */
import { mutateFile } from './images.ts'
import type { Dice } from './random.ts'

export type Target = 'api' | 'predict' | 'retrain'
export type Case = {
  target: Target
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

const ODD_METHODS = ['PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'GET']
const PATHS = [
  '/api/predict',
  '/api/predict',
  '/api/predict',
  '/api/predict?explain=1',
  '/api/predict?model=production&operatingPoint=screening',
  '/api/models',
  '/api/models/x',
  '/api/samples',
  '/api/samples/x.001',
  '/api/health',
  '/',
]
const ODD_TEXTS = [
  '',
  '0',
  '-1',
  '1e309',
  'null',
  '\0',
  '\ud800',
  '%',
  '%E0%A4%A',
  '../../../etc/passwd',
  '__proto__',
  'constructor',
  '<script>',
  '\u202e',
  'a'.repeat(5000),
  '🫁',
]
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/json; charset=x-unknown',
  'image/jpeg',
  'application/octet-stream',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/mixed; boundary=b',
  'application/x-www-form-urlencoded',
  'text/plain',
  '/',
  ';',
]
const HEADER_NAMES = [
  'Content-Type',
  'Content-Encoding',
  'Accept',
  'Origin',
  'Authorization',
  'X-Firebase-AppCheck',
  'X-Forwarded-For',
  'X-Zoidberg-Caller',
  'If-None-Match',
  'Range',
  'Expect',
  'Traceparent',
  'X-Cloud-Trace-Context',
]
const HEADER_VALUES = [
  ...ODD_TEXTS.filter((text) => /^[\x20-\x7e]*$/.test(text)),
  ...TYPES,
  'gzip',
  'identity',
  'Bearer ',
  'Bearer a.b.c',
  `Bearer ${'eyJ'.repeat(500)}.x.y`,
  '1.1.1.1, '.repeat(200),
  'bytes=0-',
  '00-zz-zz-zz',
  'null',
]

/** @returns a request made of one of the files */
export function makeCase(files: readonly Buffer[], dice: Dice): Case {
  const target = dice.pick<Target>(['api', 'api', 'api', 'predict', 'predict', 'retrain'])
  const { headers, body } = target === 'api' ? apiBody(files, dice) : callBody(files, dice)
  for (let i = dice.below(3); i > 0; i--) headers[dice.pick(HEADER_NAMES)] = dice.pick(HEADER_VALUES)
  delete headers.Expect // Node answers it by itself
  const path = pathOf(target, dice)
  const usual = path.startsWith('/api/') && !path.startsWith('/api/predict') ? 'GET' : 'POST'
  const method = dice.below(12) === 0 ? dice.pick(ODD_METHODS) : usual
  return {
    target,
    method,
    path,
    headers,
    body: ['GET', 'HEAD'].includes(method) ? Buffer.alloc(0) : body,
  }
}

function pathOf(target: Target, dice: Dice): string {
  if (target !== 'api') return dice.below(20) === 0 ? `/${encodeURIComponent(oddText(dice))}` : '/'
  const path = dice.pick(PATHS)
  if (dice.below(8) > 0) return path
  const odd = dice.below(2) === 0 ? encodeURIComponent(oddText(dice)) : '%E0%A4%A'
  return dice.pick([
    `${path}/${odd}`,
    `${path}?model=${odd}`,
    `/${odd}`,
    `/api//${odd}`,
    `${path}?${odd}&${odd}`,
  ])
}

/** Without halves of surrogates, which no URL can have. */
const oddText = (dice: Dice): string => dice.pick(ODD_TEXTS).toWellFormed()

type Body = Pick<Case, 'headers' | 'body'>

function apiBody(files: readonly Buffer[], dice: Dice): Body {
  if (dice.below(3) === 0)
    return { headers: { 'Content-Type': 'image/jpeg' }, body: mutateFile(dice.pick(files), dice) }
  return multipart(files, dice)
}

function multipart(files: readonly Buffer[], dice: Dice): Body {
  const boundary = dice.pick(['b', 'zoidberg', '-'.repeat(60), "a'()+_,-./:=?"])
  const parts = Array.from({ length: dice.pick([0, 1, 1, 1, 1, 2, 3, 17, 45]) }, () => {
    const name = dice.below(6) === 0 ? oddText(dice) : 'image'
    const fileName = dice.below(4) === 0 ? oddText(dice) : 'x-ray.jpeg'
    const disposition = `form-data; name="${name}"${dice.below(8) === 0 ? '' : `; filename="${fileName}"`}`
    const extra = dice.below(8) === 0 ? `X-Odd: ${oddText(dice)}\r\n` : ''
    const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${extra}Content-Type: ${dice.pick(TYPES)}\r\n\r\n`
    return Buffer.concat([Buffer.from(head), mutateFile(dice.pick(files), dice), Buffer.from('\r\n')])
  })
  const end = dice.below(6) === 0 ? '' : `--${boundary}--\r\n`
  const whole = Buffer.concat([...parts, Buffer.from(end)])
  const named = dice.below(10) === 0 ? 'another' : boundary
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary="${named}"` },
    body: dice.below(6) === 0 ? mutateFile(whole, dice) : whole,
  }
}

function callBody(files: readonly Buffer[], dice: Dice): Body {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (dice.below(3) === 0) headers.Authorization = 'Bearer a.b.c'
  const text = JSON.stringify({ data: callData(files, dice) })
  return { headers, body: dice.below(4) === 0 ? mutateFile(Buffer.from(text), dice) : Buffer.from(text) }
}

function callData(files: readonly Buffer[], dice: Dice): unknown {
  const image = mutateFile(dice.pick(files), dice).toString('base64')
  const odd = () => dice.pick<unknown>([...ODD_TEXTS, null, true, -0, 1e308, [], {}, nested(dice.below(40))])
  return dice.pick<() => unknown>([
    () => ({ image }),
    () => ({ image, explain: true }),
    () => ({ image, [String(oddText(dice))]: odd() }),
    () => ({ image, model: odd(), operatingPoint: odd(), caller: odd() }),
    () => ({ image: odd() }),
    () => ({ sample: odd() }),
    () => ({ requestId: odd(), config: odd() }),
    odd,
  ])()
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
