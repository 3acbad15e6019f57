/** `node scripts/audit.ts`: known faults of the packages that are deployed, less those that are excepted for a while. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Exception, openFaults, type Report } from './lib/advisories.ts'
import { main, Unmet } from './lib/fail.ts'
import { root } from './lib/install.ts'

await main(async () => {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const report: Report = JSON.parse(stdout || '{}')
  if (!report.vulnerabilities) throw new Unmet('The registry gives no advisories; nothing was audited.')
  const exceptions: Exception[] = JSON.parse(readFileSync(join(root, 'deploy/audit-exceptions.json'), 'utf8'))
  const faults = openFaults(report, exceptions, new Date())
  for (const { package: name, severity, title, url } of faults)
    console.error(`${severity}: ${name}: ${title} (${url})`)
  console.log(`${faults.length} known faults that are not excepted`)
  return faults.length > 0 ? 1 : 0
})
