/**
 * Executions are started and stopped through the Cloud Run Admin API v2:
 * https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs/run
 */
import { ExecutionsClient, JobsClient } from '@google-cloud/run'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { type Launcher, RUN_VARIABLE } from './launcher.ts'

/** gRPC's NOT_FOUND and FAILED_PRECONDITION: the execution has ended or is gone. */
const ENDED = [5, 9]

/**
 * @param job full name, `projects/…/locations/…/jobs/…`
 * @param options of both clients; tests point them at a server of theirs
 * @returns a launcher of that job's executions
 */
export function cloudRunLauncher(
  job: string,
  options: ConstructorParameters<typeof JobsClient>[0] = {},
): Launcher {
  // Over plain HTTPS: a call an hour is not worth loading gRPC for.
  const rest = { fallback: true, ...options }
  const jobs = new JobsClient(rest)
  const executions = new ExecutionsClient(rest)
  return {
    async start(runId, tasks) {
      const env = [{ name: RUN_VARIABLE, value: runId }]
      const request = { name: job, overrides: { taskCount: tasks, containerOverrides: [{ env }] } }
      const [operation] = await jobs.runJob(request).catch(explain)
      // The operation ends with the execution, hours later; its metadata names the execution at once.
      const name = (operation.metadata as { name?: string } | null)?.name
      if (!name) throw new ZoidbergError('job-unavailable', 'Cloud Run did not name the execution.')
      return name
    },
    async cancel(execution) {
      await executions.cancelExecution({ name: execution }).catch((error) => {
        if (!ENDED.includes(error.code)) explain(error)
      })
    },
  }
}

function explain(cause: Error): never {
  throw new ZoidbergError('job-unavailable', `Cloud Run refused: ${cause.message}`, { cause })
}
