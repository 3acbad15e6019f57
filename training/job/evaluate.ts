/** The figures of a published model on a data set: what it was validated on, and `test/` where there is one. */
import type { RunConfig } from '@zoidberg/core/contract/run.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { isPublished, publishedFiles } from '@zoidberg/core/registry.ts'
import { partOf } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { evaluate as figuresOf, predictSamples } from '../evaluation/evaluate.ts'
import type { Context, Outcome } from './context.ts'
import { headlineFigures } from './run-figures.ts'

type EvaluateConfig = Extract<RunConfig, { command: 'evaluate' }>

/**
 * Evaluates the published model that a run asks for.
 *
 * @returns the figures on each part
 * @throws UsageError if there is no such model
 */
export async function evaluate(context: Context, { modelId }: EvaluateConfig): Promise<Outcome> {
  if (!(await isPublished(context.store, modelId))) throw new UsageError(`there is no model ${modelId}.`)
  const model = await loadModel(publishedFiles(context.store, modelId))
  const dataset = await context.openDataset(model.manifest.input)
  const result: Record<string, unknown> = {}
  for (const part of ['validation', 'test'] as const) {
    const samples = partOf(dataset, part)
    if (samples.length === 0) continue
    const raw = await predictSamples(model, { dataset, samples }, (done, total) =>
      context.run.show({ phase: 'judging', done, total, note: part }),
    )
    result[part] = headlineFigures(figuresOf(model.manifest, { dataset, samples, raw }, { part }))
  }
  model.dispose()
  return { result }
}
