import { describe, expect, it, vi } from 'vitest'
import { firebaseInbox } from '../../../../functions/src/inbox/firebase-inbox.ts'

const upload = { path: 'inbox/ada/Dupont_Jean.jpeg', generation: '7', size: 3, at: 0 }
const answer = { uid: 'ada', file: 'f', at: '2026-11-26T10:00:00Z', prediction: null, error: null }
const failing = (code?: unknown) =>
  vi.fn(async (_?: unknown): Promise<never> => {
    throw Object.assign(new Error(`request to https://storage.example/o/${upload.path} failed`), { code })
  })

const inboxOf = (file: object, document: object = {}) =>
  firebaseInbox({ file: () => file } as never, { doc: () => document } as never)

describe('the inbox on Firebase', () => {
  it('reads an upload as it came, so that no compressed one grows', async () => {
    const download = vi.fn(async (_: unknown) => [Buffer.from('abc')])
    expect(await inboxOf({ download }).read(upload)).toEqual(Buffer.from('abc'))
    expect(download).toHaveBeenCalledWith({ decompress: false })
  })

  it('knows one that is gone', async () =>
    expect(await inboxOf({ download: failing(404) }).read(upload)).toBeUndefined())

  it('names no upload in an error, which reaches the log', async () => {
    const inbox = inboxOf(
      { download: failing('ECONNRESET'), delete: failing() },
      { get: failing(14), create: failing(10) },
    )
    for (const trying of [
      inbox.read(upload),
      inbox.remove(upload),
      inbox.isAnswered('id'),
      inbox.answer('id', answer),
    ]) {
      const error: Error = await trying.then(
        () => expect.unreachable(),
        (thrown) => thrown,
      )
      expect(`${error.stack} ${error.cause}`).not.toContain('Dupont')
    }
  })

  it('leaves an answer that is there, and keeps the upload where nothing was stored', async () => {
    await inboxOf({}, { create: failing(6) }).answer('id', answer)
    for (const code of [9, 10])
      await expect(inboxOf({}, { create: failing(code) }).answer('id', answer)).rejects.toThrow(
        `An answer cannot be stored: ${code}`,
      )
  })
})
