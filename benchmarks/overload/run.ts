import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from '@zoidberg/training/statistics/descriptive.ts'
import { type Served, serveFunction } from '../../scripts/lib/framework.ts'
import { build, root } from '../../scripts/lib/install.ts'
import type { Run } from '../benchmark.ts'
import { PHASES, type Phase, type PhaseFigures, type Result, type Second, type Soak } from './table.ts'

/** As many requests at a time as Cloud Run gives an instance (ZOIDBERG_CONCURRENCY). */
const CLOUD_RUN = 4
/**
 * For how long, at which share of the capacity, and how many requests may be open at a time. What is due beyond them is not
 * asked: Cloud Run gives it to another instance, or refuses it.
 */
const PLAN: Record<Phase, { seconds: number; share: number; open: number }> = {
  before: { seconds: 30, share: 0.6, open: CLOUD_RUN },
  overload: { seconds: 300, share: 4, open: CLOUD_RUN },
  flood: { seconds: 60, share: 4, open: 128 },
  after: { seconds: 30, share: 0.6, open: CLOUD_RUN },
}
const CLIENTS = 8
const SOAK = 100_000
const LOOKS = 20
const TICK_MS = 10

const film = readFileSync(join(root, 'models/default/films/virus-1.jpeg'))
const newAgent = () => new Agent({ keepAlive: true })
let agent = newAgent()

/** Asks far more than can be answered, for minutes; then a hundred thousand predictions as fast as eight clients get them. */
export const run: Run<Omit<Result, 'stamp'>> = async () => {
  build()
  const server = await serveFunction('api')
  try {
    await answersOf(server, 1000)
    const started = performance.now()
    await answersOf(server, 2000)
    const capacity = 2_000_000 / (performance.now() - started)
    const seconds: Second[] = []
    const phases: PhaseFigures[] = []
    for (const phase of PHASES) {
      const { seconds: length, share } = PLAN[phase]
      console.error(`${phase}: ${(share * capacity).toFixed(0)} requests/s for ${length} s …`)
      // The server closes connections that have been idle.
      agent.destroy()
      agent = newAgent()
      const figures = await ask(server, phase, capacity)
      seconds.push(...figures.seconds)
      phases.push(figures.whole)
    }
    agent.destroy()
    agent = newAgent()
    const soak: Soak = []
    for (let look = 0; look <= LOOKS; look++) {
      soak.push({ predictions: (SOAK / LOOKS) * look, mebibytes: memoryOf(server) })
      if (look < LOOKS) await answersOf(server, SOAK / LOOKS)
    }
    return { result: { capacity, phases, seconds, soak }, data: null }
  } finally {
    server.process.kill('SIGKILL')
    agent.destroy()
  }
}

/** @returns the status of the answer, or what the broken connection says, such as ECONNRESET */
const post = ({ url }: Served): Promise<number | string> =>
  new Promise((resolve) => {
    const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': film.length }
    const sent = request(`${url}/api/predict`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
      answer.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'broken'))
    })
    sent.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'broken')).end(film)
  })

/** @throws Error with the status, when an answer is none */
async function answersOf(server: Served, count: number): Promise<void> {
  let left = count
  const client = async () => {
    while (left-- > 0) {
      const status = await post(server)
      if (status !== 200)
        throw new Error(`a request was not answered: ${status}; ${server.output().slice(-500)}`)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

/** At an even rate, however long answers take. */
async function ask(
  server: Served,
  phase: Phase,
  capacity: number,
): Promise<{ seconds: Second[]; whole: PhaseFigures }> {
  const plan = PLAN[phase]
  const rate = plan.share * capacity
  const seconds: Second[] = []
  const all: number[] = []
  let now = { answered: 0, refused: 0, failed: 0, times: [] as number[] }
  let open = 0
  const one = async () => {
    open++
    const started = performance.now()
    const status = await post(server)
    if (status === 200) {
      now.answered++
      now.times.push(performance.now() - started)
    } else if (status === 429) now.refused++
    else now.failed++
    open--
  }
  const begun = performance.now()
  let sent = 0
  for (let second = 0; second < plan.seconds; second++) {
    const end = begun + 1000 * (second + 1)
    while (performance.now() < end) {
      const due = Math.floor(((performance.now() - begun) / 1000) * rate)
      for (; sent < due; sent++) if (open < plan.open) void one()
      await sleep(TICK_MS)
    }
    const { times, ...counts } = now
    now = { answered: 0, refused: 0, failed: 0, times: [] }
    all.push(...times)
    seconds.push({ phase, ...counts, p95: p95Of(times), mebibytes: memoryOf(server) })
  }
  while (open > 0) await sleep(TICK_MS)
  const sum = (take: (second: Second) => number) => seconds.reduce((total, second) => total + take(second), 0)
  const whole: PhaseFigures = {
    phase,
    rate: sum(({ answered, refused, failed }) => answered + refused + failed) / plan.seconds,
    seconds: plan.seconds,
    answered: sum(({ answered }) => answered),
    refused: sum(({ refused }) => refused),
    failed: sum(({ failed }) => failed),
    p95: p95Of(all) ?? 0,
    mebibytes: memoryOf(server),
  }
  return { seconds, whole }
}

const p95Of = (times: number[]): number | null =>
  times.length === 0
    ? null
    : quantile(
        times.toSorted((a, b) => a - b),
        0.95,
      )

/** Resident memory, in MiB; Linux only. */
function memoryOf({ process: { pid } }: Served): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
