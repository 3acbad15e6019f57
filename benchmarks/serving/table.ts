import { milliseconds, seconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

export const CLIENTS = [1, 8, 32]

/** In milliseconds, of one request as a client sees it. */
export type Load = { clients: number; perSecond: number; median: number; p99: number }
/**
 * Medians of alternated rounds.
 * @property startMs from the start of the process to its first answer
 * @property mebibytes of the process and its children, after one answer
 */
export type Server = { name: string; startMs: number; mebibytes: number; loads: Load[] }
/** @property rounds of all servers, one after the other */
export type Result = Stamped & { rounds: number; servers: Server[] }

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
    ],
    ...servers.map(({ name, startMs, mebibytes, loads }) => [
      name,
      ...loads.map(({ perSecond }) => perSecond.toFixed(0)),
      milliseconds(loads[0].median),
      milliseconds(loads[loads.length - 1].p99),
      seconds(startMs / 1000),
      `${mebibytes.toFixed(0)} MiB`,
    ]),
    ...servers
      .slice(1)
      .map(({ name, startMs, mebibytes, loads }) => [
        `Zoidberg over ${name}`,
        ...loads.map(({ perSecond }, i) => ratio(servers[0].loads[i].perSecond, perSecond)),
        ratio(servers[0].loads[0].median, loads[0].median),
        ratio(servers[0].loads[loads.length - 1].p99, loads[loads.length - 1].p99),
        ratio(servers[0].startMs, startMs),
        ratio(servers[0].mebibytes, mebibytes),
      ]),
  ],
}
