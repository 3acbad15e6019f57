/** `npm run bench`: tables for people, bench/results.json for machines. Nothing else should be running. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { table } from '@zoidberg/training/terminal.ts'

const here = (name: string) => new URL(name, import.meta.url).pathname
const node = (script: string, ...args: string[]) =>
  JSON.parse(
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', here(script), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
const inEmulators = (script: string, engine: string) => {
  const code = `import { runInEmulators } from ${JSON.stringify(here('../scripts/lib/emulators.ts'))}; process.exitCode = await runInEmulators(${JSON.stringify(`node --disable-warning=ExperimentalWarning ${here(script)}`)}, { ZOIDBERG_ENGINE: '${engine}' })`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(output.split('\n').find((line) => line.startsWith('{"engine"')) as string)
}
const ms = (value: number) => `${value.toFixed(1)} ms`

const engines = ['native', 'wasm'].map((name) => node('engine.ts', name))
console.log(
  table([
    [
      'engine',
      'load engine',
      'load model',
      'first',
      'one image',
      'p95',
      'sixteen',
      'decode 1024 px',
      'memory',
    ],
    ...engines.map((e) => [
      e.engine,
      ms(e.engineMs),
      ms(e.loadMs),
      ms(e.firstMs),
      ms(e.one.median),
      ms(e.one.p95),
      ms(e.sixteen.median),
      ms(e.decode.median),
      `${e.rssMiB.toFixed(0)} MiB`,
    ]),
  ]),
)
const functions = ['native', 'wasm'].map((engine) => inEmulators('http.ts', engine))
console.log(
  `\n${table([
    ['through Hosting and function', 'cold', 'median', 'p95', 'inside, median'],
    ...functions.map((f) => [
      f.engine,
      ms(f.coldMs),
      ms(f.request.median),
      ms(f.request.p95),
      ms(f.inside.median),
    ]),
  ])}`,
)
const training = ['mlp', 'cnn', 'default'].map((name) => node('training.ts', name))
console.log(
  `\n${table([
    ['training', 'images/s', 'augmented', 'ratio', 'augmented, half size'],
    ...training.map((t) => [
      t.name,
      t.plain.toFixed(0),
      t.augmented.toFixed(0),
      t.ratio.toFixed(2),
      t.halfSize?.toFixed(0) ?? '',
    ]),
  ])}`,
)
const machine = {
  cpu: cpus()[0].model.trim(),
  cores: availableParallelism(),
  node: process.versions.node,
}
writeFileSync(here('results.json'), `${JSON.stringify({ machine, engines, functions, training }, null, 2)}\n`)
