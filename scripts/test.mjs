// `npm test`: installs what is missing, native TensorFlow included, then lint, types, unit, emulator and browser tests.
import { spawnSync } from 'node:child_process'
import { checkJava, checkNode, Unmet } from './checks.mjs'
import { runInEmulators } from './emulators.mjs'
import { build, installForTraining, root } from './install.mjs'

const bin = (name) => `node_modules/.bin/${name}`

function step(name, command, args) {
  const started = performance.now()
  console.error(`\n── ${name}`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Unmet(`${name} failed`)
  console.error(`   ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

try {
  checkNode()
  checkJava()
  console.error(`Native TensorFlow: ${await installForTraining()}`)
  const { findBrowser } = await import('./browser.mjs')
  const CHROME_PATH = findBrowser()
  build()
  step('lint and format', bin('biome'), ['check', '--error-on-warnings', '.'])
  step('types', bin('tsc'), ['--noEmit'])
  step('unit tests', bin('vitest'), ['run', '--project', 'unit'])
  console.error('\n── emulator and browser tests')
  const code = await runInEmulators(`${bin('vitest')} run --project emulator --project e2e`, {
    anyPorts: true,
    env: { CHROME_PATH },
  })
  if (code !== 0) throw new Unmet('emulator or browser tests failed')
} catch (error) {
  console.error(error instanceof Unmet ? error.message : error)
  process.exitCode = 1
}
