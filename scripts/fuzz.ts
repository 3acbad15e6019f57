/** `npm run fuzz`: strange requests against the built functions on the functions framework. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as send } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { createDice } from './fuzz/random.ts'
import { type Case, makeCase, type Target } from './fuzz/requests.ts'
import { dicomFile } from './lib/dicom.ts'
import { main, Unmet } from './lib/fail.ts'
import { peakMemoryOf, type Served, serveFunction } from './lib/framework.ts'
import { build, installPackages, root } from './lib/install.ts'

const HELP = `npm run fuzz [-- --cases N] [--seconds S] [--seed K]

Sends strange requests to the built functions: no crash, no answer after ten seconds, no status of 500 and above but 501 and
503, no HTML, memory bounded. Each that breaks this is kept in .cache/fuzz/ and ends the run with 1.

  --cases N     at most (100000)
  --seconds S   at most (3600)
  --seed K      another one makes other requests (1)`

const TARGETS: Target[] = ['api', 'predict', 'retrain']
const AT_ONCE = 8
const LIMIT_MS = 10_000
/** What an instance takes at rest, and two whole frames of 50 megapixels at a time (WebP: 400 each), which is what admission lets in. */
const MAX_MEMORY_MIB = 1200
/** More say nothing new. */
const MAX_FINDINGS = 10
/** Answers that say on purpose what is not there. */
const ALLOWED = new Set([501, 503])
const FINDINGS = join(root, '.cache/fuzz')

type Answer = { status: number; type: string; length: number; milliseconds: number }

await main(async () => {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '3600' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const [cases, seconds, seed] = [values.cases, values.seconds, values.seed].map(Number)
  if (![cases, seconds, seed].every((value) => Number.isInteger(value) && value >= 0))
    throw new Unmet(`--cases, --seconds and --seed take whole numbers.\n${HELP}`)
  installPackages('all')
  build()
  const servers = Object.fromEntries(
    await Promise.all(TARGETS.map(async (target) => [target, await serveFunction(target)] as const)),
  ) as Record<Target, Served>
  try {
    return await fuzz(servers, { cases, seconds, seed })
  } finally {
    for (const { process } of Object.values(servers)) process.kill('SIGKILL')
  }
})

async function fuzz(
  servers: Record<Target, Served>,
  { cases, seconds, seed }: { cases: number; seconds: number; seed: number },
): Promise<number> {
  const files = await seedFiles()
  const statuses = new Map<number, number>()
  const end = performance.now() + 1000 * seconds
  let [next, findings, slowest, cutOff] = [0, 0, 0, 0]
  const client = async () => {
    while (next < cases && findings < MAX_FINDINGS && performance.now() < end) {
      const number = next++
      const sent = makeCase(files, createDice(seed * 1_000_003 + number))
      const answer = await ask(servers[sent.target].url, sent).catch((error: Error) => error)
      const fault = faultOf(answer, servers[sent.target])
      if (fault) {
        findings++
        console.error(`case ${number} of seed ${seed}: ${fault}; kept in ${keep(sent)}`)
      }
      if (answer instanceof Error) {
        cutOff++
        continue
      }
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      slowest = Math.max(slowest, answer.milliseconds)
      if (process.stderr.isTTY && number % 500 === 0) process.stderr.write(`\r${number} of ${cases}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
  const memory = TARGETS.map((target) => Math.round(peakMemoryOf(servers[target].process) ?? 0))
  if (memory.some((mebibytes) => mebibytes > MAX_MEMORY_MIB)) findings++
  const table = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  console.log(
    `${next} cases, ${findings} findings; answers ${table.join(', ')}; ${cutOff} connections closed early`,
  )
  console.log(`slowest ${slowest.toFixed(0)} ms; at most ${memory.join(', ')} MiB (${TARGETS.join(', ')})`)
  return findings > 0 ? 1 : 0
}

/** A refusal that came before the body was sent closes the connection: whoever still sends may not hear it. */
function isCutOff(error: Error & { code?: string }): boolean {
  return ['EPIPE', 'ECONNRESET'].includes(error.code ?? '')
}

function faultOf(answer: Answer | Error, server: Served): string | undefined {
  if (server.process.exitCode !== null) return 'the process has ended'
  if (answer instanceof Error) return isCutOff(answer) ? undefined : answer.message
  const { status, type, length, milliseconds } = answer
  if (status >= 500 && !ALLOWED.has(status)) return `status ${status}`
  if (milliseconds > LIMIT_MS) return `an answer after ${milliseconds.toFixed(0)} ms`
  if (/html/i.test(type)) return `an answer of the type ${type}`
  if (status >= 400 && length > 20_000) return `${length} bytes for a refusal`
  return undefined
}

function ask(url: string, { method, path, headers, body }: Case): Promise<Answer> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const request = send(
      url + path,
      { method, headers: { ...headers, 'Content-Length': body.length } },
      (answer) => {
        let length = 0
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length
        })
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            length,
            milliseconds: performance.now() - started,
          }),
        )
        answer.on('error', reject)
      },
    )
    request.setTimeout(2 * LIMIT_MS, () => request.destroy(new Error(`no answer for ${2 * LIMIT_MS} ms`)))
    request.on('error', reject)
    request.end(body)
  })
}

/** Real films, and the same in every format that is read, in colours and in gray. */
async function seedFiles(): Promise<Buffer[]> {
  const folder = join(root, 'models/default/films')
  const films = readdirSync(folder)
    .filter((name) => name.endsWith('.jpeg'))
    .slice(0, 4)
  const files = films.map((name) => readFileSync(join(folder, name)))
  const [film] = files
  const shape = { rows: 64, columns: 64, values: Uint16Array.from({ length: 4096 }, (_, i) => i), bits: 12 }
  const syntaxes = ['raw', 'RLE', 'JPEG lossless', 'JPEG-LS', 'JPEG 2000'] as const
  return [
    ...files,
    ...(await Promise.all(syntaxes.map((syntax) => dicomFile({ ...shape, syntax })))),
    await sharp(film).jpeg({ progressive: true }).toBuffer(),
    await sharp(film).toColourspace('b-w').png().toBuffer(),
    await sharp(film).png({ palette: true }).toBuffer(),
    await sharp(film).toColourspace('grey16').png({ progressive: true }).toBuffer(),
    await sharp(film).webp().toBuffer(),
    await sharp(film).resize(40, 400, { fit: 'fill' }).webp({ lossless: true }).toBuffer(),
    await sharp(film)
      .withExif({ IFD0: { Orientation: '6' } })
      .jpeg()
      .toBuffer(),
  ]
}

/** @returns the path of a file that has all of the request */
function keep({ body, ...rest }: Case): string {
  const text = JSON.stringify({ ...rest, body: body.toString('base64') })
  const path = join(FINDINGS, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`)
  mkdirSync(FINDINGS, { recursive: true })
  writeFileSync(path, text)
  return path
}
