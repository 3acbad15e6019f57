/** Sends spans to Cloud Trace, where the deployment asks for it. The libraries are loaded only then. */
export async function startTracing(): Promise<void> {
  const [{ trace }, { BasicTracerProvider, BatchSpanProcessor }, { TraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@google-cloud/opentelemetry-cloud-trace-exporter'),
  ])
  const spanProcessors = [new BatchSpanProcessor(new TraceExporter())]
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }))
}
