import { describe, expect, it, vi } from 'vitest'
import { predictCall } from '../../../../functions/src/callable/predict.ts'

const payer = { key: 'somebody', perMinute: 60 }
const callerOf = (named: string | undefined) => `caller ${named}`

function setUp() {
  const predict = vi.fn(async (_: object) => ({ label: 'NORMAL' }) as never)
  const call = (data: unknown) => predictCall({ service: { predict }, data, callerOf, payer })
  return { predict, call }
}

describe('a call of predict', () => {
  it('hands the decoded image on, and who asks', async () => {
    const { predict, call } = setUp()
    const data = { image: 'YWJj', model: 'trial', explain: true, operatingPoint: 'screening', caller: 'me' }
    expect(await call(data)).toEqual({ label: 'NORMAL' })
    expect(predict).toHaveBeenCalledExactlyOnceWith({
      image: Buffer.from('abc'),
      model: 'trial',
      explain: true,
      operatingPoint: 'screening',
      caller: 'caller me',
      payer,
      gone: undefined,
    })
  })

  it('may name a sample instead', async () => {
    const { predict, call } = setUp()
    await call({ sample: 'some-model.001', image: null })
    expect(predict).toHaveBeenCalledExactlyOnceWith({
      image: undefined,
      sample: 'some-model.001',
      caller: 'caller undefined',
      payer,
      gone: undefined,
    })
  })

  it.each([
    ['neither image nor sample', {}, 'bad-request'],
    ['both', { image: 'YWJj', sample: 'some-model.001' }, 'bad-request'],
    ['no data', undefined, 'bad-request'],
    ['a field that nobody knows', { image: 'YWJj', colour: 'blue' }, 'bad-request'],
    ['an image that is no base64', { image: '***' }, 'not-an-image'],
  ])('with %s is refused before anything is predicted', async (_, data, type) => {
    const { predict, call } = setUp()
    await expect(call(data)).rejects.toMatchObject({ type })
    expect(predict).not.toHaveBeenCalled()
  })
})
