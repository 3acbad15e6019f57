/** `npm run experiment`: answers one question again and writes `experiments/NAME/result.json`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeStamp, startStamp } from '../benchmarks/lib/stamp.ts'
import { markdown, type Tables } from '../benchmarks/lib/table.ts'
import { main, Unmet } from '../scripts/lib/fail.ts'
import { installForTraining } from '../scripts/lib/install.ts'
import type { Run } from './experiment.ts'
import { EXPERIMENTS, type ExperimentName } from './list.ts'

const HELP = `npm run experiment -- NAME [OPTION …]

Answers a question again and writes experiments/NAME/result.json. experiments/NAME/README.md tells what was found.

  --data DIR    folder of class folders
  --out OUT     folder for trainings; those that are done are kept, so an experiment goes on where it stopped
  --model PATH  folder of a model; models/default if left out

${Object.entries(EXPERIMENTS)
  .map(([name, { question, options }]) => `${`  ${name} ${options}`.trimEnd()}\n      ${question}`)
  .join('\n')}
`

await main(async () => {
  const [first = '--help', ...rest] = process.argv.slice(2)
  if (first === '--help') {
    console.log(HELP)
    return 0
  }
  const name = nameOf(first)
  if (rest.includes('--help')) {
    const { question, options } = EXPERIMENTS[name]
    console.log(`${question}\n\nnpm run experiment -- ${name} ${options}`)
    return 0
  }
  await installForTraining()
  await answer(name, rest[0] === '--' ? rest.slice(1) : rest)
  return 0
})

/**
 * @returns the same name
 * @throws Unmet if no experiment has it
 */
function nameOf(name: string): ExperimentName {
  if (Object.hasOwn(EXPERIMENTS, name)) return name as ExperimentName
  throw new Unmet(`There is no experiment "${name}"; there are ${Object.keys(EXPERIMENTS).join(', ')}.`)
}

async function answer(name: ExperimentName, args: string[]): Promise<void> {
  const { run }: { run: Run<object> } = await import(`./${name}/run.ts`)
  const { tables }: { tables: Tables<object> } = await import(`./${name}/table.ts`)
  const stamp = startStamp()
  const outcome = await run(args)
  if (!outcome) return
  const result = { stamp: stamp(outcome.data), ...outcome.result }
  const path = join(import.meta.dirname, name, 'result.json')
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`)
  for (const table of Object.values(tables)) console.log(`${markdown(table(result), true)}\n`)
  console.log(describeStamp(result.stamp))
  console.log(
    `Wrote ${path}. \`npm run tables\` brings it into the documents; then read the text around the tables.`,
  )
}
