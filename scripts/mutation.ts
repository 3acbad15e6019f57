/**
 * `npm run mutation -- SUITE`: breaks the pure modules on purpose, one place at a time, and counts what the tests notice.
 * Stryker and a copy of the repository go into a folder of their own: it changes the sources while it runs.
 */

import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main, Unmet } from './lib/fail.ts'
import { root } from './lib/install.ts'

const STRYKER = '10.1.1'

/** What is broken, and the tests that should notice. */
const SUITES: Record<string, { mutate: string[]; tests: string[] }> = {
  core: {
    mutate: [
      'contract/{labels,percent,problems}',
      'lease',
      'run',
      'prediction',
      'warnings',
      'image',
      'protobuf',
    ].map((name) => `core/${name}.ts`),
    tests: ['test/unit/core/*.test.ts', 'test/unit/core/contract/*.test.ts'],
  },
  serving: {
    mutate: [
      'batcher',
      'budget',
      'channel-cache',
      'counters',
      'deadline',
      'model-pool',
      'routing',
      'slots',
    ].map((name) => `functions/src/serving/${name}.ts`),
    tests: ['test/unit/functions/serving/*.test.ts'],
  },
  training: {
    mutate: [
      'training/metrics/*.ts',
      'training/statistics/*.ts',
      'training/evaluation/{calibration,operating-points,threshold-rules,verdict}.ts',
      'training/dataset/{patient,split,splitters,folds}.ts',
      'training/tuning/{trials,pruning}.ts',
      'training/tuning/oracles/*.ts',
    ],
    tests: [
      'test/unit/training/metrics/*.test.ts',
      'test/unit/training/statistics/*.test.ts',
      'test/unit/training/evaluation/{compare-models,operating-points,threshold-rules}.test.ts',
      'test/unit/training/dataset/{patient,split,splitters,folds}.test.ts',
      'test/unit/training/tuning/*.test.ts',
    ],
  },
}

await main(async () => {
  const [name] = process.argv.slice(2)
  const suite = SUITES[name]
  if (!suite) throw new Unmet(`npm run mutation -- SUITE, one of ${Object.keys(SUITES).join(', ')}`)
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-mutation-'))
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    const skipped = ['.git', '.emulators', 'test-results'].map((path) => join(root, path))
    cpSync(root, folder, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !skipped.includes(path),
    })
    const packages = ['core', 'vitest-runner'].map((part) => `@stryker-mutator/${part}@${STRYKER}`)
    run('npm', ['install', '--no-save', '--ignore-scripts', '--loglevel=error', ...packages])
    const settings = { include: suite.tests, testTimeout: 60_000, pool: 'threads' }
    writeFileSync(
      join(folder, 'vitest.mutation.ts'),
      `export default { test: ${JSON.stringify(settings)} }\n`,
    )
    const config = {
      testRunner: 'vitest',
      vitest: { configFile: 'vitest.mutation.ts' },
      plugins: ['@stryker-mutator/vitest-runner'],
      mutate: suite.mutate,
      inPlace: true,
      coverageAnalysis: 'perTest',
      ignoreStatic: true,
      concurrency: 2,
      reporters: ['clear-text'],
    }
    writeFileSync(join(folder, 'stryker.config.json'), JSON.stringify(config))
    run('npx', ['stryker', 'run'])
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
