/** What `npm audit --json` says: docs.npmjs.com/cli/commands/npm-audit. Pure. */

type Advisory = { source: number; name: string; title: string; url: string; severity: string }
/** @property via advisories, or the names of packages that bring one in */
export type Report = { vulnerabilities?: Record<string, { via: (Advisory | string)[] }> }
/**
 * @property url of the advisory
 * @property until ISO 8601; after that day it counts again
 */
export type Exception = { url: string; until: string; why: string }
export type Fault = { package: string; severity: string; title: string; url: string }

/** Less is noise: a build tool that may be slow on odd input. */
const SEVERE = ['high', 'critical']

/**
 * @param today exceptions of before are over
 * @returns each severe advisory once, unless it is excepted
 */
export function openFaults({ vulnerabilities = {} }: Report, exceptions: Exception[], today: Date): Fault[] {
  const excepted = new Set(
    exceptions.filter(({ until }) => new Date(`${until}T23:59:59Z`) >= today).map(({ url }) => url),
  )
  const advisories = Object.values(vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((advisory) => typeof advisory !== 'string')
  const severe = advisories.filter(({ severity, url }) => SEVERE.includes(severity) && !excepted.has(url))
  return [...new Map(severe.map((advisory) => [advisory.url, advisory])).values()].map(
    ({ name, severity, title, url }) => ({ package: name, severity, title, url }),
  )
}
