/** The exact calls to the Cloud Run Admin API, against a server that speaks it. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cloudRunLauncher } from '../../../../functions/src/admin/cloud-run-launcher.ts'
import type { Launcher } from '../../../../functions/src/admin/launcher.ts'

const JOB = 'projects/p/locations/us-central1/jobs/zoidberg'
const EXECUTION = `${JOB}/executions/zoidberg-abcde`

let server: Server
let launcher: Launcher
let calls: { method?: string; url?: string; body: unknown }[]
let answer: { status: number; body: object }

const bodyOf = async (request: IncomingMessage) => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text ? JSON.parse(text) : undefined
}
const failure = (code: number, status: string, message: string) => ({
  status: code,
  body: { error: { code, status, message } },
})

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const url = request.url?.replace(/\?.*/, '')
    calls.push({ method: request.method, url, body: await bodyOf(request) })
    response.writeHead(answer.status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(answer.body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  launcher = cloudRunLauncher(JOB, {
    apiEndpoint: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    protocol: 'http',
    auth: { getClient: async () => ({ universeDomain: 'googleapis.com' }), fetch },
  } as never)
})
beforeEach(() => {
  calls = []
  answer = {
    status: 200,
    body: {
      name: 'projects/p/locations/us-central1/operations/1',
      metadata: { '@type': 'type.googleapis.com/google.cloud.run.v2.Execution', name: EXECUTION },
      done: false,
    },
  }
})
afterAll(() => server.close())

it('start runs the job with the run in its environment, and learns the execution', async () => {
  expect(await launcher.start('run-1', 3)).toBe(EXECUTION)
  expect(calls).toEqual([
    {
      method: 'POST',
      url: `/v2/${JOB}:run`,
      body: {
        overrides: {
          taskCount: 3,
          containerOverrides: [{ env: [{ name: 'ZOIDBERG_RUN', value: 'run-1' }] }],
        },
      },
    },
  ])
})

it('cancel cancels the execution', async () => {
  await launcher.cancel(EXECUTION)
  expect(calls).toMatchObject([{ method: 'POST', url: `/v2/${EXECUTION}:cancel` }])
})

it.each([
  [failure(404, 'NOT_FOUND', `Resource '${JOB}' was not found`), /was not found/],
  [failure(403, 'PERMISSION_DENIED', "Permission 'run.jobs.run' denied"), /run\.jobs\.run/],
  [
    failure(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for NvidiaL4GpuAllocNoZonalRedundancy'),
    /Quota exceeded/,
  ],
])('start says why it was refused: %j', async (refusal, message) => {
  answer = refusal
  const error = await launcher.start('run-1', 1).catch((cause) => cause)
  expect(error).toMatchObject({ name: 'ZoidbergError', type: 'job-unavailable' })
  expect(error.message).toMatch(message)
})

it('start does not take an answer for granted', async () => {
  answer = { status: 200, body: { name: 'operations/1', done: false } }
  await expect(launcher.start('run-1', 1)).rejects.toThrow(/did not name the execution/)
})

it.each([failure(404, 'NOT_FOUND', 'gone'), failure(400, 'FAILED_PRECONDITION', 'already completed')])(
  'cancel takes an execution that has ended for cancelled: %j',
  async (refusal) => {
    answer = refusal
    await launcher.cancel(EXECUTION)
  },
)

it('cancel says why it was refused', async () => {
  answer = failure(403, 'PERMISSION_DENIED', 'no')
  await expect(launcher.cancel(EXECUTION)).rejects.toMatchObject({ type: 'job-unavailable' })
})
