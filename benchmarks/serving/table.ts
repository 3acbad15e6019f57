import { milliseconds, percent, seconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

export const CLIENTS = [1, 8, 32]

/** Where the bins of the histograms begin, in milliseconds: four an octave. */
export const BINS_MS = Array.from({ length: 44 }, (_, i) => 2 ** (i / 4))

/**
 * In milliseconds, of one request as a client sees it.
 * @property histogram how many answers fell into each of `BINS_MS`
 */
export type Load = { clients: number; perSecond: number; median: number; p99: number; histogram: number[] }
/** What a machine could do at most; milliseconds on one core. */
export type Limit = {
  multiplyAdds: number
  multiplyAddsPerSecond: number
  passMs: number
  decodeMs: number
  requestsPerSecond: number
}
/**
 * Medians of alternated rounds.
 * @property startMs from the start of the process to its first answer
 * @property mebibytes of the process and its children, after one answer
 * @property cpuMs of all cores, a request
 */
export type Server = { name: string; startMs: number; mebibytes: number; cpuMs: number; loads: Load[] }
/** @property rounds of all servers, one after the other */
export type Result = Stamped & { rounds: number; servers: Server[]; limit: Limit }

const ratio = (ours: number, theirs: number): string => (ours / theirs).toFixed(2)

export const tables: Tables<Result> = {
  'benchmarks/serving': ({ servers }) => [
    [
      'server',
      ...CLIENTS.map((clients) => `requests/s, ${clients} client${clients > 1 ? 's' : ''}`),
      'median at 1',
      'p99 at 32',
      'start to first answer',
      'memory at rest',
      'processor time a request',
    ],
    ...servers.map(({ name, startMs, mebibytes, cpuMs, loads }) => [
      name,
      ...loads.map(({ perSecond }) => perSecond.toFixed(0)),
      milliseconds(loads[0].median),
      milliseconds(loads[loads.length - 1].p99),
      seconds(startMs / 1000),
      `${mebibytes.toFixed(0)} MiB`,
      milliseconds(cpuMs),
    ]),
    ...servers
      .slice(1)
      .map(({ name, startMs, mebibytes, cpuMs, loads }) => [
        `Zoidberg over ${name}`,
        ...loads.map(({ perSecond }, i) => ratio(servers[0].loads[i].perSecond, perSecond)),
        ratio(servers[0].loads[0].median, loads[0].median),
        ratio(servers[0].loads[loads.length - 1].p99, loads[loads.length - 1].p99),
        ratio(servers[0].startMs, startMs),
        ratio(servers[0].mebibytes, mebibytes),
        ratio(servers[0].cpuMs, cpuMs),
      ]),
  ],
  'benchmarks/serving/limit': ({ servers: [ours], limit }) => [
    ['what a request needs at least, on one core', ''],
    ['multiply-adds of the graph', `${(limit.multiplyAdds / 1e6).toFixed(0)} million`],
    [
      'the same as a product of large matrices',
      `${milliseconds(limit.passMs)}, at ${(limit.multiplyAddsPerSecond / 1e9).toFixed(0)} thousand million a second`,
    ],
    ['decoding the JPEG', milliseconds(limit.decodeMs)],
    ['requests/s at most, on all cores', limit.requestsPerSecond.toFixed(0)],
    [
      'of that we reach, at most clients',
      percent(ours.loads[ours.loads.length - 1].perSecond / limit.requestsPerSecond),
    ],
  ],
}
