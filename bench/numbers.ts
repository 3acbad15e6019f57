/**
 * `npm run numbers -- DIR [MODEL]`: a model's answers on validation by the numbers of the patients, a fifth of each series
 * and kind at a time, because a data set changes while it is collected. Writes bench/numbers.json.
 */
import { writeFileSync } from 'node:fs'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { judge } from '@zoidberg/core/prediction.ts'
import { loadDataset, type Sample } from '@zoidberg/training/dataset/dataset.ts'
import { numberOf } from '@zoidberg/training/dataset/patient.ts'
import { predictSamples } from '@zoidberg/training/evaluation/evaluate.ts'
import { numberFolds } from '@zoidberg/training/run/cross-validate.ts'
import { table } from '@zoidberg/training/terminal.ts'

const [directory, path = 'models/default'] = process.argv.slice(2)
if (!directory) throw new Error('say which data set: npm run numbers -- DIR [MODEL]')
await loadEngine()
const model = await loadModel(folder(path))
const dataset = await loadDataset(directory, model.manifest.input)

type Row = { series: string; numbers: string; images: number; detected: number; kind: number | null }

async function rowOf(series: string, samples: Sample[]): Promise<Row> {
  const raw = await predictSamples(model, dataset, samples)
  const answers = raw.map((row) => judge(row, model.manifest))
  const share = (isRight: (i: number) => boolean) =>
    samples.filter((_, i) => isRight(i)).length / samples.length
  const numbers = samples.map(({ group }) => numberOf(group) as number)
  const isNormal = series === 'NORMAL'
  return {
    series,
    numbers: `${Math.min(...numbers)} to ${Math.max(...numbers)}`,
    images: samples.length,
    detected: share((i) => answers[i].decision.positive !== isNormal),
    kind: isNormal
      ? null
      : share((i) => {
          const { BACTERIA = 0, VIRUS = 0 } = answers[i].probabilities
          return (VIRUS > BACTERIA ? 'VIRUS' : 'BACTERIA') === series
        }),
  }
}

const blocks = Object.values(numberFolds(dataset))
const rows: Row[] = []
for (const series of ['NORMAL', 'BACTERIA', 'VIRUS'])
  for (const { validation } of blocks) {
    const samples = validation.filter(({ part, label }) => part === 'validation' && label === series)
    rows.push(await rowOf(series, samples))
  }
dataset.close()
const percent = (value: number | null) => (value === null ? '' : `${(100 * value).toFixed(1)} %`)
console.log(
  table([
    ['series', 'numbers', 'images', 'called ill or not rightly', 'kind'],
    ...rows.map((row) => [row.series, row.numbers, row.images, percent(row.detected), percent(row.kind)]),
  ]),
)
const results = { model: model.manifest.id, rows }
writeFileSync(new URL('numbers.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`)
