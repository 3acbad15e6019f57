/** How a result came about: the stamp that every benchmark and every experiment puts on what it writes. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { root } from '../../scripts/lib/install.ts'

/**
 * A fact that was not recorded is missing: results of before there were stamps have a few facts, or none.
 *
 * @property commit of the code, with `-dirty` where a tracked file differed from it
 * @property date ISO 8601, UTC
 * @property data fingerprint of the data set; null where there was none
 * @property load one-minute load average of the machine; what else ran before the measurement disturbed it
 */
export type Stamp = {
  commit?: string | null
  date?: string
  data?: string | null
  machine?: { cpu?: string; cores?: number; memoryGiB?: number }
  versions?: Record<string, string>
  load?: { before: number; after: number }
}

/** What is in a result besides its figures; null where nothing was recorded. */
export type Stamped = { stamp: Stamp | null }

/** The packages whose version may change a figure. */
const PACKAGES = { sharp: 'sharp', tfjs: '@tensorflow/tfjs-core' }

/** What `npm run bench`, `npm run experiment` and `npm run tables` write: a change there is no change of the code. */
const WRITTEN = ['*.md', '*.svg', 'benchmarks/results', 'experiments/*/result.json']

/**
 * Notes what the machine was doing before a measurement.
 *
 * @returns makes the stamp when the measurement is over, from the fingerprint of the data set or null
 */
export function startStamp(): (data: string | null) => Stamp {
  const before = load()
  return (data) => ({
    commit: commit(),
    date: new Date().toISOString(),
    data,
    machine: {
      cpu: cpus()[0].model.trim(),
      cores: availableParallelism(),
      memoryGiB: Math.round((10 * totalmem()) / 2 ** 30) / 10,
    },
    versions: { node: process.versions.node, ...packageVersions() },
    load: { before, after: load() },
  })
}

/** @returns the load average of the last minute, which counts this process too */
const load = (): number => Math.round(100 * loadavg()[0]) / 100

/** @returns the short hash, or null outside a clone */
function commit(): string | null {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    const code = WRITTEN.map((path) => `:(exclude)${path}`)
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...code)
    return `${git('rev-parse', '--short=12', 'HEAD')}${changes ? '-dirty' : ''}`
  } catch {
    return null
  }
}

/** @returns the installed version of each package that counts */
function packageVersions(): Record<string, string> {
  const version = (name: string): string =>
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version
  return Object.fromEntries(Object.entries(PACKAGES).map(([short, name]) => [short, version(name)]))
}

/** @returns one sentence about a stamp, for under a table */
export function describeStamp(stamp: Stamp | null): string {
  const { commit, date, data, machine, versions, load } = stamp ?? {}
  const { cpu, cores, memoryGiB } = machine ?? {}
  const facts = [
    commit && `commit ${commit}`,
    date?.slice(0, 10),
    data && `data ${data}`,
    cpu,
    cores && `${cores} cores`,
    memoryGiB && `${memoryGiB} GiB`,
    ...Object.entries(versions ?? {}).map(([name, version]) => `${name} ${version}`),
    load && `load ${load.before.toFixed(2)} before and ${load.after.toFixed(2)} after`,
  ].filter((fact) => typeof fact === 'string')
  if (facts.length === 0) return 'Commit, date and machine were not recorded.'
  const rest = commit === undefined ? ' Commit and date were not recorded.' : ''
  return `Measured with: ${facts.join(', ')}.${rest}`
}
