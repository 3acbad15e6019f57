/** `npm run bench`: measures speed, prints tables and writes `benchmarks/results/`. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { main, Unmet } from '../scripts/lib/fail.ts'
import { installForTraining } from '../scripts/lib/install.ts'
import type { Run } from './benchmark.ts'
import { describeStamp, startStamp } from './lib/stamp.ts'
import { markdown, type Tables } from './lib/table.ts'
import { BENCHMARKS, type BenchmarkName } from './list.ts'

const HELP = `npm run bench [-- NAME …] [--data DIR]

Measures speed and writes benchmarks/results/NAME.json. Nothing else should run meanwhile.
DIR is a folder of class folders; without it, 900 drawings are used.

${Object.entries(BENCHMARKS)
  .map(([name, about]) => `  ${name.padEnd(11)} ${about}`)
  .join('\n')}
`
const RESULTS = join(import.meta.dirname, 'results')
/** From which load on somebody else's work shows in the figures. */
const NOISY = 0.5

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { data: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const names = positionals.length > 0 ? positionals.map(nameOf) : Object.keys(BENCHMARKS).map(nameOf)
  await installForTraining()
  const { drawnImages } = await import('./lib/images.ts')
  const directory = values.data ?? drawnImages()
  let isFailed = false
  for (const name of names) {
    try {
      await measure(name, directory)
    } catch (error) {
      // What was asked for by name must run; of all, what this machine cannot do is left out.
      if (positionals.length > 0 || !(error instanceof Unmet)) isFailed = true
      console.error(`${name}: ${(error as Error).message}\n`)
    }
  }
  return isFailed ? 1 : 0
})

/**
 * @returns the same name
 * @throws Unmet if no benchmark has it
 */
function nameOf(name: string): BenchmarkName {
  if (Object.hasOwn(BENCHMARKS, name)) return name as BenchmarkName
  throw new Unmet(`There is no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}.`)
}

async function measure(name: BenchmarkName, directory: string): Promise<void> {
  const { run }: { run: Run<object> } = await import(`./${name}/run.ts`)
  const { tables }: { tables: Tables<object> } = await import(`./${name}/table.ts`)
  console.error(`${name} …`)
  const stamp = startStamp()
  const { result, data } = await run(directory)
  const stamped = { stamp: stamp(data), ...result }
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(stamped, null, 2)}\n`)
  if (existsSync(join(import.meta.dirname, name, 'plot.ts'))) {
    const { plot } = await import(`./${name}/plot.ts`)
    writeFileSync(join(RESULTS, `${name}.svg`), await plot(stamped))
  }
  for (const table of Object.values(tables)) console.log(`${markdown(table(stamped), true)}\n`)
  console.log(`${describeStamp(stamped.stamp)}\n`)
  const before = stamped.stamp.load?.before ?? 0
  if (before > NOISY) console.log(`The machine was busy before (load ${before}): measure again.\n`)
}
