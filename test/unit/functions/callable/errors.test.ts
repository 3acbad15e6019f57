import { PROBLEMS, type ProblemType, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { describe, expect, it, vi } from 'vitest'
import { toHttpsError, withHttpsErrors } from '../../../../functions/src/callable/errors.ts'

describe('withHttpsErrors', () => {
  it('gives what the work gives, at once or later', async () => {
    expect(await withHttpsErrors(vi.fn(), () => 1)).toBe(1)
    expect(await withHttpsErrors(vi.fn(), async () => 2)).toBe(2)
  })

  it('throws our errors with their code and the detail that plain HTTPS gives, and logs none', async () => {
    const onUnexpected = vi.fn()
    const work = () => {
      throw new ZoidbergError('too-large', 'a.jpg is larger than 10 MB.', { file: 'a.jpg' })
    }
    const error = await withHttpsErrors(onUnexpected, work).catch((error) => error)
    expect(error.constructor.name).toBe('HttpsError')
    expect(error).toMatchObject({
      code: 'invalid-argument',
      message: 'a.jpg is larger than 10 MB.',
      details: { status: 413, file: 'a.jpg' },
    })
    expect(onUnexpected).not.toHaveBeenCalled()
  })

  it('says nothing of the inside of any other error, which the log hears of', async () => {
    const onUnexpected = vi.fn()
    const cause = new Error('password is hunter2')
    const error = await withHttpsErrors(onUnexpected, () => Promise.reject(cause)).catch((error) => error)
    expect(error.code).toBe('internal')
    expect(JSON.stringify([error.message, error.details])).not.toContain('hunter2')
    expect(onUnexpected).toHaveBeenCalledExactlyOnceWith(cause)
  })
})

it.each(Object.keys(PROBLEMS) as ProblemType[])('toHttpsError gives %s its code', (type) => {
  expect(toHttpsError(new ZoidbergError(type, 'detail'))).toMatchObject({ code: PROBLEMS[type].code })
})
