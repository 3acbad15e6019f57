/** `zoidberg predict`: what the function would answer, offline, or what a server answers. */
import { readFile } from 'node:fs/promises'
import { createClient, ZoidbergProblem } from '@zoidberg/client/client.ts'
import { wordsOf } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent } from '@zoidberg/core/contract/percent.ts'
import type { Decision, Warning } from '@zoidberg/core/contract/prediction.ts'
import { toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import { Command } from 'commander'
import { sidesOf } from '../dataset/classes.ts'
import { UsageError } from '../errors.ts'
import { openModel } from '../run/open-model.ts'
import { EXIT, printResult, say } from './terminal.ts'

/** What is printed of an answer, wherever it is from. */
type Answered = {
  file: string
  label: string
  probabilities: object
  decision: Decision
  warnings: Warning[]
}
/** @property finding what a positive decision is of */
type Source = {
  ask(file: string, operatingPoint?: string): Promise<Answered>
  finding: string
  findings?: Readonly<Record<string, string>>
  close(): void
}

export const predict = new Command('predict')
  .description('what the function would answer, offline; with --url, what a server answers')
  .argument('<image...>', 'JPEG, PNG, WebP or DICOM files')
  .option('--model <path>', 'folder, gs://… or channel; with --url a channel or the id of a model')
  .option('--url <address>', 'of a server that is asked instead, such as https://PROJECT.web.app')
  .option('--operating-point <name>', "the model's default if left out")
  .option('--json', 'print one JSON object')
  .action(async (images: string[], options) => {
    if (!options.url && !options.model)
      throw new UsageError('Name a model with --model, or a server with --url.')
    const source = options.url ? serverAt(options.url, options.model) : await modelAt(options.model)
    const predictions: (Answered | { file: string; error: ReturnType<typeof problemOf> })[] = []
    for (const file of images) {
      const result = await source.ask(file, options.operatingPoint).catch((error) => {
        const problem = problemOf(error)
        say(problem.detail)
        process.exitCode = EXIT.usage
        return { file, error: problem }
      })
      predictions.push(result)
    }
    source.close()
    const line = (p: (typeof predictions)[number]) =>
      'error' in p
        ? `${p.file}: not answered`
        : `${p.file}: ${wordsOf(p.label, source.findings)} (${source.finding} ${probabilityPercent(p.decision.probability)}, threshold ${probabilityPercent(p.decision.threshold)})${p.warnings.map((w) => ` [${w.code}]`).join('')}`
    printResult(options.json, { predictions }, () => predictions.map(line).join('\n'))
  })

/** @throws what speaks against the whole call, and not against one file */
function problemOf(error: unknown) {
  if (error instanceof ZoidbergProblem && error.status > 0 && error.status < 500) {
    const { type, status, message: detail, file } = error
    return { type: `urn:zoidberg:problem:${type}`, title: type, status, detail, file }
  }
  if (!(error instanceof ZoidbergError) || error.type === 'bad-request') throw error
  return toProblem(error)
}

function serverAt(url: string, model: string | undefined): Source {
  const client = createClient({ url })
  return {
    ask: async (file, operatingPoint) =>
      (await client.predict(file, { model, operatingPoint, name: file })) as Answered,
    finding: 'any finding',
    close() {},
  }
}

async function modelAt(path: string): Promise<Source> {
  const model = await openModel(path)
  const { labels, findings } = model.manifest
  return {
    ask: (file, operatingPoint) => answer(model, file, operatingPoint),
    finding: wordsOf(sidesOf(labels)[1], findings).toLowerCase(),
    findings,
    close: () => model.dispose(),
  }
}

async function answer(model: LoadedModel, file: string, operatingPoint?: string) {
  const { manifest } = model
  const bytes = await readFile(file).catch((cause) => {
    throw new ZoidbergError('not-an-image', `${file} cannot be read: ${cause.code}.`, { file, cause })
  })
  const image = await decodeImage(bytes, manifest.input, file)
  const { probabilities } = await model.predict([image.pixels])
  const { width, height, format } = image
  return {
    file,
    ...decide(probabilities[0], manifest, operatingPoint),
    model: { id: manifest.id },
    image: { width, height, format },
    warnings: warningsFor(image, manifest),
  }
}
