import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Run } from '@zoidberg/core/contract/run.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Announcement,
  announcementOf,
  announceRun,
  hasEnded,
  mailOf,
} from '../../../../functions/src/admin/announce-run.ts'

const run = {
  state: 'succeeded',
  config: { command: 'train', dataset: 'chest_xray' },
  createdBy: 'ada@example.com',
  modelId: 'cnn-1',
  error: null,
  endedAt: '2026-11-26T10:00:00Z',
} as Run
const announcement = announcementOf('run-1', run) as Announcement

const create = vi.fn(async (_: unknown) => {})
const firestore = {
  doc: (path: string) => ({ create: (data: object) => create({ path, ...data }) }),
} as never
let status = 200
let heard: unknown[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  heard.push(JSON.parse(Buffer.concat(chunks).toString()))
  response.writeHead(status).end()
})
let webhook: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  create.mockReset().mockResolvedValue()
  heard = []
  status = 200
})

describe('the end of a run', () => {
  it('is the change from active to any other state, and no other change', () => {
    const at = (state: Run['state']) => ({ ...run, state })
    expect(hasEnded(at('running'), at('failed'))).toBe(true)
    expect(hasEnded(at('queued'), at('cancelled'))).toBe(true)
    expect(hasEnded(at('queued'), at('running'))).toBe(false)
    expect(hasEnded(at('failed'), at('failed'))).toBe(false)
    expect(hasEnded(undefined, at('failed'))).toBe(false)
  })

  it('is nothing to announce of a search from a command line', () =>
    expect(announcementOf('run-1', { ...run, config: undefined } as never)).toBeUndefined())

  it('reaches whoever started it by mail, once, and the webhook', async () => {
    await announceRun(announcement, { firestore, mails: true, webhook })
    expect(create).toHaveBeenCalledWith({
      path: 'mail/run-1',
      to: ['ada@example.com'],
      message: mailOf(announcement),
    })
    expect(heard).toEqual([{ runId: 'run-1', command: 'train', dataset: 'chest_xray', ...withoutConfig() }])
    create.mockRejectedValue(Object.assign(new Error('exists'), { code: 6 }))
    await announceRun(announcement, { firestore, mails: true, webhook: '' })
  })

  it('is told in words, with the reason of a failure', () => {
    expect(mailOf({ ...announcement, state: 'failed', modelId: null, error: 'no such folder.' })).toEqual({
      subject: 'Zoidberg: train on chest_xray has failed',
      text: 'The run run-1 (train on chest_xray) has failed.\nThe reason: no such folder.\nThe admin page has its figures.',
    })
  })

  it('is told of a run that somebody cancelled', () =>
    expect(mailOf({ ...announcement, state: 'cancelled' }).subject).toBe(
      'Zoidberg: train on chest_xray was cancelled',
    ))

  it('is told to nobody unless somebody asked for it, and never to what is no address', async () => {
    await announceRun(announcement, { firestore, mails: false, webhook: '' })
    await announceRun({ ...announcement, createdBy: 'uid-7' }, { firestore, mails: true, webhook: '' })
    expect([create.mock.calls, heard]).toEqual([[], []])
  })

  it('is told again to a webhook that refuses', async () => {
    status = 503
    await expect(announceRun(announcement, { firestore, mails: false, webhook })).rejects.toThrow('503')
  })
})

function withoutConfig() {
  const { config: _, ...rest } = run
  return rest
}
