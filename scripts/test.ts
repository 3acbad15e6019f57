/** `npm test`: installs what is missing, then lint, types, unit, emulator and browser tests, as far as the machine can. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from './lib/browser.ts'
import { prepareEmulators, runInEmulators } from './lib/emulators.ts'
import { main, Unmet } from './lib/fail.ts'
import { build, installForTraining, installPackages, root } from './lib/install.ts'

const bin = (name: string) => join('node_modules', '.bin', name)
/** No test has this name: every test of a project that cannot run is counted as skipped, and none starts. */
const NONE = ['--testNamePattern', 'no test has this name']

type Counts = { passed: number; failed: number; skipped: number }
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const reasons: string[] = []
const reports = mkdtempSync(join(tmpdir(), 'zoidberg-tests-'))

await main(async () => {
  try {
    const tensorflow = await attempt('native TensorFlow', installForTraining)
    installPackages('all')
    build()
    check('lint and format', ['biome', 'check', '--error-on-warnings', '.'])
    check('types', ['tsc', '--noEmit'])

    const unit = tensorflow ? ['unit', 'training'] : ['unit']
    await vitest('unit tests', unit, (command) => shell(command))
    if (!tensorflow) skip(['training'])

    const emulators = await attempt('emulators', async () => prepareEmulators())
    const browser = await attempt('browser', async () => findBrowser())
    const suites = emulators && tensorflow ? ['emulator', ...(browser ? ['e2e'] : [])] : []
    if (suites.length > 0)
      await vitest('emulator and browser tests', suites, (command) =>
        runInEmulators(command, { CHROME_PATH: browser }),
      )
    skip(['emulator', 'e2e'].filter((suite) => !suites.includes(suite)))
  } finally {
    rmSync(reports, { recursive: true, force: true })
  }
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : ''
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped${why}`)
  return total.failed > 0 ? 1 : 0
})

/** What a part of the machine gives, or undefined where it cannot be had: then tests are skipped, in CI that is a failure. */
async function attempt<T>(name: string, get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get()
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]
    if (process.env.CI === 'true') throw new Unmet(`CI=true and no ${name}: ${reason}`)
    reasons.push(`no ${name}: ${reason}`)
    return undefined
  }
}

function step(name: string): () => void {
  const started = performance.now()
  console.error(`\n── ${name}`)
  return () => console.error(`   ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

function check(name: string, [command, ...args]: string[]): void {
  const done = step(name)
  const { status } = spawnSync(bin(command), args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Unmet(`${name} failed`)
  done()
}

const shell = async (command: string): Promise<number> =>
  spawnSync(command, { cwd: root, stdio: 'inherit', shell: true }).status ?? 1

/** Runs projects of vitest and adds up what they counted. */
async function vitest(
  name: string,
  projects: string[],
  execute: (command: string) => Promise<number>,
  more: string[] = [],
): Promise<void> {
  const done = step(name)
  const report = join(reports, `${projects.join('-')}.json`)
  const args = [
    'run',
    ...projects.map((project) => `--project=${project}`),
    '--reporter=default',
    '--reporter=json',
  ]
  const quoted = [...args, `--outputFile.json=${report}`, ...more].map((arg) => JSON.stringify(arg)).join(' ')
  const code = await execute(`${bin('vitest')} ${quoted}`)
  if (code === 130) throw new Unmet('interrupted')
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  total.passed += numPassedTests
  // A file that does not load has no test that failed.
  total.failed += numFailedTests || (code === 0 ? 0 : Math.max(1, numFailedTestSuites))
  total.skipped += numPendingTests
  done()
}

/** Counts the tests of projects that cannot run here. */
function skip(projects: string[]): void {
  for (const project of projects) {
    const report = join(reports, `skipped-${project}.json`)
    const args = ['run', `--project=${project}`, '--reporter=json', `--outputFile.json=${report}`, ...NONE]
    spawnSync(bin('vitest'), args, { cwd: root, stdio: 'ignore', shell: process.platform === 'win32' })
    total.skipped += JSON.parse(readFileSync(report, 'utf8')).numPendingTests
  }
}
