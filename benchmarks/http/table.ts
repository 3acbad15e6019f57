import { ENGINE_NAMES } from '../engine/table.ts'
import { milliseconds, seconds } from '../lib/format.ts'
import type { Latency } from '../lib/latency.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/**
 * @property coldMs the first request, which loads engine and model
 * @property request as the client sees it
 * @property inside what the answer itself says of its time
 */
export type HttpFigures = { engine: string; coldMs: number; request: Latency; inside: Latency }
export type Result = Stamped & { engines: HttpFigures[] }

export const tables: Tables<Result> = {
  'benchmarks/http': ({ engines }) => [
    ['engine', 'first answer', 'median', '95th percentile', 'inside the function, median'],
    ...engines.map((e) => [
      ENGINE_NAMES[e.engine] ?? e.engine,
      seconds(e.coldMs / 1000),
      ...[e.request.median, e.request.p95, e.inside.median].map(milliseconds),
    ]),
  ],
}
