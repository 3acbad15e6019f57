import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readGraph } from '@zoidberg/core/graph/load.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import { toOnnx } from '@zoidberg/core/onnx/translate.ts'
import { phantomJpeg } from '@zoidberg/training/dataset/phantom.ts'
import { quantile } from '@zoidberg/training/statistics/descriptive.ts'
import { build, root } from '../../scripts/lib/install.ts'
import { freePorts } from '../../scripts/lib/ports.ts'
import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import { installPeers, pythonOf } from '../lib/python.ts'
import { BINS_MS, type Limit, type Load, type Result, type Server } from './table.ts'

const ROUNDS = 3
const SECONDS = 6
const START_LIMIT_MS = 60_000
const SIDE = 1024

/** @property start gives the command and the path that it answers at */
type Contestant = { name: string; start(port: number): { command: string; args: string[]; path: string } }

const CONTESTANTS: Contestant[] = [
  {
    name: 'Zoidberg',
    start: (port) => ({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', join(root, 'scripts/start.ts'), '--port', String(port)],
      path: '/api/predict',
    }),
  },
  {
    name: 'FastAPI, one worker',
    start: (port) => ({
      command: pythonOf('serving'),
      args: ['-m', 'uvicorn', 'fastapi_server:app', '--port', String(port), '--log-level', 'error'],
      path: '/predict',
    }),
  },
  {
    name: 'BentoML, one worker',
    start: (port) => ({
      command: pythonOf('serving'),
      args: ['-m', 'bentoml', 'serve', 'bentoml_server:XRays', '--port', String(port)],
      path: '/predict',
    }),
  },
  {
    name: 'LitServe, two workers',
    start: (port) => ({
      command: pythonOf('serving'),
      args: ['litserve_server.py', String(port)],
      path: '/predict',
    }),
  },
]

/** Starts each server in turn, several times, asks it as hard as some clients can, and stops it. */
export const run: Run<Omit<Result, 'stamp'>> = async () => {
  installPeers('serving')
  build()
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-bench-'))
  try {
    const [model, image] = [join(folder, 'model.onnx'), join(folder, 'x-ray.jpeg')]
    writeFileSync(model, defaultModel())
    writeFileSync(image, await phantomJpeg('BACTERIA', 1, { width: SIDE, height: SIDE }))
    const measured = CONTESTANTS.map(() => [] as Omit<Server, 'name'>[])
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, contestant] of CONTESTANTS.entries()) {
        console.error(`round ${round + 1} of ${ROUNDS}: ${contestant.name} …`)
        measured[i].push(await measureServer(contestant, model, image))
      }
    const servers = CONTESTANTS.map(({ name }, i) => ({ name, ...mediansOf(measured[i]) }))
    const limit = measure<Limit>('serving/limit.ts', [image])
    return { result: { rounds: ROUNDS, servers, limit }, data: null }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The same graph for everybody. */
function defaultModel(): Uint8Array {
  const path = (name: string) => join(root, 'models/default', name)
  const manifest = parseManifest(JSON.parse(readFileSync(path('manifest.json'), 'utf8')))
  const files = new Map(manifest.files.map(({ name }) => [name, readFileSync(path(name))]))
  const { artifacts, outputs } = readGraph(files, manifest.input)
  return toOnnx(artifacts, outputs)
}

async function measureServer(
  { start }: Contestant,
  model: string,
  image: string,
): Promise<Omit<Server, 'name'>> {
  const { port } = await freePorts(['port'])
  const { command, args, path } = start(port)
  const url = `http://127.0.0.1:${port}${path}`
  const started = performance.now()
  const server = spawn(command, args, {
    cwd: import.meta.dirname,
    env: { ...process.env, MODEL: model },
    stdio: 'ignore',
  })
  try {
    const form = () => {
      const body = new FormData()
      body.append('image', new Blob([readFileSync(image)]), 'a.jpeg')
      return body
    }
    for (;;) {
      const answer = await fetch(url, { method: 'POST', body: form() }).catch(() => undefined)
      if (answer?.ok) break
      if (performance.now() - started > START_LIMIT_MS)
        throw new Error(`${command} ${args.join(' ')} does not answer`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const startMs = performance.now() - started
    const mebibytes = memoryOf(server)
    const before = cpuSecondsOf(server)
    const loads = measure<Load[]>('serving/client.ts', [url, image, String(SECONDS)])
    const answers = loads.reduce((sum, load) => sum + load.histogram.reduce((a, b) => a + b, 0), 0)
    return { startMs, mebibytes, cpuMs: (1000 * (cpuSecondsOf(server) - before)) / answers, loads }
  } finally {
    for (const [member] of familyOf(server, 'rss')) process.kill(member, 'SIGKILL')
  }
}

/** The server and all that it started, each with its id, its parent's and what `ps` counts of it. */
function familyOf({ pid }: ChildProcess, column: 'rss' | 'cputimes'): number[][] {
  const listed = execFileSync('ps', ['-eo', `pid=,ppid=,${column}=`], { encoding: 'utf8' })
    .trim()
    .split('\n')
  const rows = listed.map((row) => row.trim().split(/\s+/).map(Number))
  const family = new Set([pid])
  for (let size = 0; size < family.size; ) {
    size = family.size
    for (const [child, parent] of rows) if (family.has(parent)) family.add(child)
  }
  return rows.filter(([member]) => family.has(member))
}

const sumOf = (server: ChildProcess, column: 'rss' | 'cputimes'): number =>
  familyOf(server, column).reduce((sum, [, , count]) => sum + count, 0)

/** Resident memory, in MiB. */
const memoryOf = (server: ChildProcess): number => sumOf(server, 'rss') / 1024
/** Whole seconds of each process: good enough for thousands of requests. */
const cpuSecondsOf = (server: ChildProcess): number => sumOf(server, 'cputimes')

function mediansOf(rounds: Omit<Server, 'name'>[]): Omit<Server, 'name'> {
  const of = (take: (round: Omit<Server, 'name'>) => number) =>
    quantile(
      rounds.map(take).toSorted((a, b) => a - b),
      0.5,
    )
  return {
    startMs: of(({ startMs }) => startMs),
    mebibytes: of(({ mebibytes }) => mebibytes),
    cpuMs: of(({ cpuMs }) => cpuMs),
    loads: rounds[0].loads.map(({ clients }, i) => ({
      clients,
      perSecond: of(({ loads }) => loads[i].perSecond),
      median: of(({ loads }) => loads[i].median),
      p99: of(({ loads }) => loads[i].p99),
      histogram: BINS_MS.map((_, k) => rounds.reduce((sum, { loads }) => sum + loads[i].histogram[k], 0)),
    })),
  }
}
