/**
 * The predictions of a model on every file of a data set, in parts that the tasks of an execution share. Each task begins
 * with its own share and goes on with what the others have not done, so a task that dies costs time and nothing else. A part
 * that two make at once is the same twice.
 */
import { dollarsOf } from '@zoidberg/core/contract/cost.ts'
import { toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { RunConfig } from '@zoidberg/core/contract/run.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { isPublished, publishedFiles } from '@zoidberg/core/registry.ts'
import pLimit from 'p-limit'
import { type InputFile, inputFiles } from '../dataset/input-files.ts'
import { UnreadableFileError } from '../dataset/source.ts'
import { UsageError } from '../errors.ts'
import { AT_ONCE, answerFile, readOrRefuse } from '../run/answer-file.ts'
import type { Result } from '../run/results.ts'
import type { Context, Outcome } from './context.ts'

type PredictConfig = Extract<RunConfig, { command: 'predict' }>

/** Files of a part: some ten seconds of work, which a killed task does again. */
const PART = 500

/**
 * Predicts what a run asks for, together with the other tasks of the execution.
 *
 * @param task of the execution, from 0 on
 * @returns how many files were answered and how many not, where the lines are, how fast it went, and the cost
 * @throws UsageError if there is no such model, or no file
 */
export async function predict(context: Context, config: PredictConfig, task: number): Promise<Outcome> {
  const { run, store, data } = context
  const { modelId, operatingPoint, tasks } = config
  if (!(await isPublished(store, modelId))) throw new UsageError(`there is no model ${modelId}.`)
  const model = await loadModel(publishedFiles(store, modelId))
  assertOperatingPoint(model.manifest, operatingPoint)
  const files = (await inputFiles([data])).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (files.length === 0) throw new UsageError(`there is no file in ${data}.`)
  const parts = Math.ceil(files.length / PART)
  const pathOf = (part: number) => `runs/${run.id}/predictions/part-${String(part).padStart(5, '0')}.jsonl`
  const listed = await store.list(`runs/${run.id}/predictions/`)
  const before = new Set(listed.map(({ path }) => path))
  const started = performance.now()
  const limit = pLimit(AT_ONCE)
  const below = `datasets/${config.dataset}/`
  const one = async (input: InputFile): Promise<Result> => {
    run.assertGoing()
    const file = input.name.slice(input.name.indexOf(below) + below.length)
    try {
      const bytes = await readOrRefuse(
        { ...input, name: file },
        (cause) => cause instanceof UnreadableFileError,
      )
      return await answerFile(model, { file, bytes }, operatingPoint)
    } catch (error) {
      if (!(error instanceof ZoidbergError)) throw error
      return { file, error: toProblem(error) }
    }
  }
  try {
    for (const part of order(parts, { task, tasks })) {
      if (await store.exists(pathOf(part))) continue
      const results = await Promise.all(
        files.slice(part * PART, (part + 1) * PART).map((file) => limit(one, file)),
      )
      await store.write(pathOf(part), results.map((result) => `${JSON.stringify(result)}\n`).join(''))
      const done = (await store.list(`runs/${run.id}/predictions/`)).length
      run.show({ phase: 'predicting', done, total: parts, note: `parts of ${PART} files` })
    }
  } finally {
    model.dispose()
  }
  const seconds = (performance.now() - started) / 1000
  const lengthOf = (part: number) => Math.min(PART, files.length - part * PART)
  const made = Array.from({ length: parts }, (_, part) => (before.has(pathOf(part)) ? 0 : lengthOf(part)))
  return {
    result: {
      files: files.length,
      failed: run.isOwner ? await failuresIn(context, parts, pathOf) : 0,
      lines: `runs/${run.id}/predictions/`,
      // Of the attempt that ends the run, by all its tasks.
      seconds,
      imagesPerSecond: made.reduce((sum, images) => sum + images, 0) / seconds,
      dollars: dollarsOf(seconds, tasks),
    },
  }
}

/** @throws UsageError naming the points that there are: no attempt would end better */
function assertOperatingPoint({ id, operatingPoints }: Manifest, name: string | undefined): void {
  if (name !== undefined && !Object.hasOwn(operatingPoints, name))
    throw new UsageError(
      `${id} has no operating point ${name}; it has ${Object.keys(operatingPoints).join(', ')}.`,
    )
}

/** @returns every part once: a task's own share first */
export function order(parts: number, { task, tasks }: { task: number; tasks: number }): number[] {
  const first = Math.floor((parts * task) / tasks)
  return Array.from({ length: parts }, (_, i) => (first + i) % parts)
}

async function failuresIn(
  { store }: Context,
  parts: number,
  pathOf: (part: number) => string,
): Promise<number> {
  let failed = 0
  for (let part = 0; part < parts; part++) {
    const lines = new TextDecoder().decode(await store.read(pathOf(part))).split('\n')
    failed += lines.filter((line) => line && 'error' in JSON.parse(line)).length
  }
  return failed
}
