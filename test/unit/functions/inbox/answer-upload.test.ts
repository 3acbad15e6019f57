import type { Answer } from '@zoidberg/core/contract/inbox.ts'
import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  answerIdOf,
  answerUpload,
  GIVE_UP_MS,
  type Inbox,
  ownerOf,
  PATIENCE_MS,
} from '../../../../functions/src/inbox/answer-upload.ts'

const LANDED = Date.parse('2026-11-26T10:00:00Z')
const upload = { path: 'inbox/ada/film.jpeg', generation: '1', size: 3, at: LANDED }
const id = answerIdOf(upload)
const prediction = { file: 'film.jpeg', label: 'NORMAL' } as Prediction

let files: Map<string, Uint8Array>
let answers: Map<string, Answer>
const predict = vi.fn<(image: { file: string; bytes: Uint8Array; uid: string }) => Promise<Prediction>>()
const onUnexpected = vi.fn()
const inbox: Inbox = {
  read: async ({ path }) => files.get(path),
  remove: async ({ path }) => void files.delete(path),
  isAnswered: async (asked) => answers.has(asked),
  answer: async (asked, answer) => void (answers.has(asked) || answers.set(asked, answer)),
}
const arrive = (changes: Partial<typeof upload> = {}, now = LANDED) =>
  answerUpload({ ...upload, ...changes }, { inbox, predict, onUnexpected, now })

beforeEach(() => {
  files = new Map([[upload.path, new Uint8Array(3)]])
  answers = new Map()
  predict.mockReset().mockResolvedValue(prediction)
  onUnexpected.mockReset()
})

describe('an upload', () => {
  it('is answered for its owner, and deleted', async () => {
    await arrive()
    expect(answers.get(id)).toEqual({
      uid: 'ada',
      file: 'film.jpeg',
      at: '2026-11-26T10:00:00.000Z',
      prediction,
      error: null,
    })
    expect(files.size).toBe(0)
  })

  it('is answered once, however often its event comes', async () => {
    await arrive()
    await arrive()
    expect(predict).toHaveBeenCalledTimes(1)
    expect(answers.size).toBe(1)
  })

  it('is deleted by the next event where the first was killed after the answer', async () => {
    const killed = { ...inbox, remove: () => Promise.reject(new Error('killed')) }
    await expect(answerUpload(upload, { inbox: killed, predict, onUnexpected, now: LANDED })).rejects.toThrow(
      'killed',
    )
    await arrive()
    expect([predict.mock.calls.length, files.size]).toEqual([1, 0])
  })

  it('of the same name later is another one', () =>
    expect(answerIdOf({ ...upload, generation: '2' })).not.toBe(id))

  it('that is gone has no answer', async () => {
    files.clear()
    await arrive()
    expect(answers.size).toBe(0)
  })
})

describe('a file that cannot be answered', () => {
  it('ends with the reason', async () => {
    predict.mockRejectedValue(
      new ZoidbergError('not-an-image', 'film.jpeg is not an image.', { file: 'film.jpeg' }),
    )
    await arrive()
    expect(answers.get(id)).toMatchObject({
      prediction: null,
      error: { status: 400, detail: 'film.jpeg is not an image.' },
    })
    expect(files.size).toBe(0)
  })

  it('that is too large is never read', async () => {
    const read = vi.spyOn(inbox, 'read')
    await arrive({ size: MAX_FILE_BYTES + 1 })
    expect(answers.get(id)).toMatchObject({ error: { status: 413 } })
    expect(read).not.toHaveBeenCalled()
    read.mockRestore()
  })

  it('for the moment is asked about again, without a word of it in the error, until patience ends', async () => {
    for (const error of [
      new ZoidbergError('model-unavailable', 'film.jpeg waits'),
      new ZoidbergError('too-many-requests', 'film.jpeg waits'),
      new Error('film.jpeg broke the decoder'),
    ]) {
      predict.mockRejectedValue(error)
      const thrown: Error = await arrive().then(
        () => expect.unreachable(),
        (e) => e,
      )
      expect(`${thrown.stack} ${thrown.cause}`).not.toContain('film')
      expect([answers.size, files.size]).toEqual([0, 1])
    }
    expect(onUnexpected).toHaveBeenCalledTimes(1)
    await arrive({}, LANDED + PATIENCE_MS)
    expect(answers.get(id)).toMatchObject({ prediction: null, error: { status: 500 } })
    expect(files.size).toBe(0)
  })
})

it('an upload that has ended the process for an hour is not tried again', async () => {
  await arrive({}, LANDED + GIVE_UP_MS + 1)
  expect(predict).not.toHaveBeenCalled()
  expect(answers.get(id)).toMatchObject({ prediction: null, error: { status: 500, file: 'film.jpeg' } })
  expect(files.size).toBe(0)
})

it('a long name is cut between characters', () =>
  expect(ownerOf(`inbox/ada/a${'🫁'.repeat(200)}`)?.file).toBe(`a${'🫁'.repeat(119)}`))

it.each([
  'models/a/model.json',
  'inbox/ada',
  'inbox/ada/',
  'inbox//film.jpeg',
  'inbox/ada/more/film.jpeg',
  `inbox/${'a'.repeat(129)}/film.jpeg`,
])('%s is no upload, and is left alone', async (path) => {
  expect(ownerOf(path)).toBeUndefined()
  files.set(path, new Uint8Array(1))
  await arrive({ path })
  expect([answers.size, files.has(path)]).toEqual([0, true])
})
