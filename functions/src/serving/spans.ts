/** Spans of OpenTelemetry: what the time of a request goes to. They cost nothing until `tracing.ts` has started. */
import { trace } from '@opentelemetry/api'

const tracer = trace.getTracer('zoidberg')

/**
 * Measures some work as a span of the current trace. Spans hold times and sizes, and nothing of a request.
 *
 * @param name of the step: `decode`, `infer` or `explain`
 * @returns what the work resolves to
 * @throws what the work throws; the span says only that it failed
 */
export function inSpan<T>(
  name: string,
  attributes: Record<string, number | string>,
  work: () => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work()
    } catch (error) {
      span.setAttribute('failed', true)
      throw error
    } finally {
      span.end()
    }
  })
}

/**
 * Says how long something waited that has just had its turn.
 *
 * @param since what `Date.now()` gave when it began to wait
 */
export function waited(name: string, since: number): void {
  tracer.startSpan(name, { startTime: since }).end()
}
