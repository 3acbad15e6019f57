/**
 * `npm test`: installs what is missing, then lint, types, unit, emulator and browser tests, as far as the machine can.
 * `npm test -- SUITE …` runs some of them.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from './lib/browser.ts'
import { prepareEmulators, runInEmulators } from './lib/emulators.ts'
import { main, Unmet } from './lib/fail.ts'
import { build, installForTraining, installPackages, root } from './lib/install.ts'

/** What the tests of each suite need of the machine. */
const SUITES: Record<string, Need[]> = {
  unit: [],
  training: ['TensorFlow'],
  emulator: ['TensorFlow', 'emulators'],
  e2e: ['TensorFlow', 'emulators', 'browser'],
}
const NEEDS = {
  TensorFlow: async () => void (await installForTraining()),
  emulators: async () => void prepareEmulators(),
  browser: async () => {
    process.env.CHROME_PATH = findBrowser()
  },
}
type Need = keyof typeof NEEDS

/** No test has this name: every test of a suite that cannot run is counted as skipped, and none starts. */
const NONE = ['--testNamePattern', 'no test has this name']

const total = { passed: 0, failed: 0, skipped: 0 }
const missing = new Map<Need, string>()
const reports = mkdtempSync(join(tmpdir(), 'zoidberg-tests-'))

async function run(wanted: string[], hasChecks: boolean): Promise<void> {
  installPackages('all')
  build()
  for (const need of new Set(wanted.flatMap((suite) => SUITES[suite]))) await provide(need)
  if (hasChecks) {
    check('lint', 'scripts/lint.ts')
    check('types', 'scripts/types.ts')
  }
  const [can, cannot] = [wanted.filter(isPossible), wanted.filter((suite) => !isPossible(suite))]
  const [plain, emulated] = [can.filter((suite) => !isEmulated(suite)), can.filter(isEmulated)]
  if (plain.length > 0) await vitest(plain, async (command) => shell(command))
  if (emulated.length > 0)
    await vitest(emulated, (command) => runInEmulators(command, { CHROME_PATH: process.env.CHROME_PATH }))
  for (const suite of cannot) countSkipped(suite)
}

const isPossible = (suite: string): boolean => SUITES[suite].every((need) => !missing.has(need))
const isEmulated = (suite: string): boolean => SUITES[suite].includes('emulators')

/** Notes why a part of the machine cannot be had: tests that need it are skipped then, which is a failure in CI. */
async function provide(need: Need): Promise<void> {
  try {
    await NEEDS[need]()
  } catch (error) {
    const [reason] = (error as Error).message.split('\n')
    if (process.env.CI === 'true') throw new Unmet(`CI=true, but there is no ${need}: ${reason}`)
    console.error(`No ${need}: ${reason}`)
    missing.set(need, reason)
  }
}

const bin = (name: string): string => join('node_modules', '.bin', name)
const shell = (command: string): number =>
  spawnSync(command, { cwd: root, stdio: 'inherit', shell: true }).status ?? 1

/** Prints what runs; the function returned prints how long it took. */
function stopwatch(name: string): () => void {
  const started = performance.now()
  console.error(`\n── ${name}`)
  return () => console.error(`   ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

function check(name: string, script: string): void {
  const stop = stopwatch(name)
  if (spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' }).status !== 0)
    throw new Unmet(`${name} failed`)
  stop()
}

/** Runs suites and adds up what vitest counted. */
async function vitest(suites: string[], execute: (command: string) => Promise<number>): Promise<void> {
  const stop = stopwatch(`${suites.join(' and ')} tests`)
  const { command, counts } = commandFor(suites)
  const code = await execute(command)
  if (code === 130) throw new Unmet('interrupted')
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = counts()
  total.passed += numPassedTests
  // A file that does not load has no test that failed.
  total.failed += numFailedTests || (code === 0 ? 0 : Math.max(1, numFailedTestSuites))
  total.skipped += numPendingTests
  stop()
}

function countSkipped(suite: string): void {
  const { command, counts } = commandFor([suite], NONE)
  spawnSync(command, { cwd: root, stdio: 'ignore', shell: true })
  total.skipped += counts().numPendingTests
}

function commandFor(suites: string[], more: string[] = []) {
  const report = join(reports, `${suites.join('-')}.json`)
  const projects = suites.map((suite) => `--project=${suite}`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const words = [bin('vitest'), 'run', ...projects, ...reporters, ...more]
  return {
    command: words.map((word) => JSON.stringify(word)).join(' '),
    counts: () => JSON.parse(readFileSync(report, 'utf8')),
  }
}

await main(async () => {
  const wanted = process.argv.slice(2)
  const unknown = wanted.find((name) => !Object.hasOwn(SUITES, name))
  if (unknown) throw new Unmet(`There is no suite "${unknown}"; there are ${Object.keys(SUITES).join(', ')}.`)
  try {
    await run(wanted.length > 0 ? wanted : Object.keys(SUITES), wanted.length === 0)
  } finally {
    rmSync(reports, { recursive: true, force: true })
  }
  const why =
    missing.size > 0 ? ` (${[...missing].map(([need, reason]) => `no ${need}: ${reason}`).join('; ')})` : ''
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped${why}`)
  return total.failed > 0 ? 1 : 0
})
