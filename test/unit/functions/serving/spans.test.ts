import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { predictBatched } from '../../../../functions/src/serving/batcher.ts'
import { inSpan } from '../../../../functions/src/serving/spans.ts'
import { loadedModel } from '../support/loaded-model.ts'

const exporter = new InMemorySpanExporter()
beforeAll(() => {
  const spanProcessors = [new SimpleSpanProcessor(exporter)]
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }))
})
afterAll(() => trace.disable())

it('a pass is a span, and so is the waiting of every image for it', async () => {
  const model = loadedModel('one', {
    predict: async (images) => ({ probabilities: images.map(() => Float32Array.of(1)) }),
  })
  await Promise.all([1, 2].map((image) => predictBatched(model, Uint8Array.of(image), { explain: false })))
  const spans = exporter.getFinishedSpans()
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['infer', 'wait for a pass', 'wait for a pass'])
  expect(spans.find(({ name }) => name === 'infer')?.attributes).toEqual({ images: 2 })
})

it('work that fails is told apart, and nothing of why is kept', async () => {
  exporter.reset()
  const work = () => Promise.reject(new Error('patient-jane-doe-1957'))
  await expect(inSpan('decode', { pixels: 4 }, work)).rejects.toThrow()
  const [span] = exporter.getFinishedSpans()
  expect(span.attributes).toEqual({ pixels: 4, failed: true })
  expect(JSON.stringify([span.status, span.events])).not.toContain('jane')
})
