/** `zoidberg predict`: what the function would answer, offline, or what a server answers. */
import { createClient, ZoidbergProblem } from '@zoidberg/client/client.ts'
import { wordsOf } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent } from '@zoidberg/core/contract/percent.ts'
import { type Problem, toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { Command } from 'commander'
import pLimit from 'p-limit'
import { sidesOf } from '../dataset/classes.ts'
import { type InputFile, inputFiles } from '../dataset/input-files.ts'
import { UsageError } from '../errors.ts'
import { AT_ONCE, answerFile, readOrRefuse } from '../run/answer-file.ts'
import { type Answered, openResults, type Result } from '../run/results.ts'
import { openAnyModel } from './open-any-model.ts'
import { progressBar } from './progress-bar.ts'
import { EXIT, printResult, say } from './terminal.ts'

/** @property finding what a positive decision is of */
type Source = {
  ask(file: InputFile, operatingPoint?: string): Promise<Answered>
  finding: string
  findings?: Readonly<Record<string, string>>
  close(): void
}

export const predict = new Command('predict')
  .description('what the function would answer, offline; with --url, what a server answers')
  .argument('<image...>', 'JPEG, PNG, WebP or DICOM files, folders, patterns, or gs://…')
  .option('--model <path>', 'folder, gs://… or channel; with --url a channel or the id of a model')
  .option('--url <address>', 'of a server that is asked instead, such as https://PROJECT.web.app')
  .option('--operating-point <name>', "the model's default if left out")
  .option('--out <file>', 'a .jsonl or .csv with a line for each file; what has a line already is left out')
  .option('--json', 'print one JSON object')
  .action(async (images: string[], options) => {
    if (!options.url && !options.model)
      throw new UsageError('Name a model with --model, or a server with --url.')
    const results = options.out ? await openResults(options.out) : undefined
    const files = (await inputFiles(images)).filter(({ name }) => !results?.done.has(name))
    const source = options.url ? serverAt(options.url, options.model) : await modelAt(options.model)
    const bar = results && progressBar('predicting')
    const limit = pLimit(AT_ONCE)
    let [done, failed] = [0, 0]
    const one = async (file: InputFile): Promise<Result> => {
      const result = await source.ask(file, options.operatingPoint).catch((error): Result => {
        const problem = problemOf(error)
        if (!results) say(problem.detail)
        failed++
        process.exitCode = EXIT.usage
        return { file: file.name, error: problem }
      })
      await results?.add(result)
      bar?.update(++done, files.length)
      return result
    }
    const predictions = await Promise.all(files.map((file) => limit(one, file)))
    bar?.stop()
    source.close()
    const line = (p: Result) =>
      'error' in p
        ? `${p.file}: not answered`
        : `${p.file}: ${wordsOf(p.label, source.findings)} (${source.finding} ${probabilityPercent(p.decision.probability)}, threshold ${probabilityPercent(p.decision.threshold)})${p.warnings.map((w) => ` [${w.code}]`).join('')}`
    const summary = { file: options.out, answered: files.length - failed, failed, before: results?.done.size }
    if (results)
      printResult(
        options.json,
        summary,
        () => `${summary.answered} answered, ${failed} not, in ${options.out}`,
      )
    else printResult(options.json, { predictions }, () => predictions.map(line).join('\n'))
  })

/** @throws what speaks against the whole call, and not against one file */
function problemOf(error: unknown): Problem {
  if (error instanceof ZoidbergProblem && error.status > 0 && error.status < 500) {
    const { type, status, message: detail, file } = error
    return { type: `/api/problems/${type}`, title: type, status, detail, file }
  }
  if (!(error instanceof ZoidbergError) || error.type === 'bad-request') throw error
  return toProblem(error)
}

function serverAt(url: string, model: string | undefined): Source {
  const client = createClient({ url })
  return {
    ask: async (file, operatingPoint) =>
      client.predict(await readOrRefuse(file), { model, operatingPoint, name: file.name }),
    finding: 'any finding',
    close() {},
  }
}

async function modelAt(path: string): Promise<Source> {
  const model = await openAnyModel(path)
  const { labels, findings } = model.manifest
  return {
    ask: async (file, operatingPoint) =>
      answerFile(model, { file: file.name, bytes: await readOrRefuse(file) }, operatingPoint),
    finding: wordsOf(sidesOf(labels)[1], findings).toLowerCase(),
    findings,
    close: () => model.dispose(),
  }
}
