import { beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../../../functions/src/http/app.ts'
import { forward } from '../../../../functions/src/http/forward.ts'
import { phantom } from '../../../support/images.ts'
import { tinyApp } from '../support/app.ts'

let app: App
beforeAll(async () => {
  app = await tinyApp()
})

describe('forward', () => {
  const send = async (method: string, originalUrl: string, rawBody?: Uint8Array, headers = {}) => {
    const answer = { status: 0, body: '', headers: {} as Record<string, string> }
    const response = {
      status(code: number) {
        answer.status = code
        return response
      },
      setHeader(name: string, value: string) {
        answer.headers[name] = value
      },
      on() {},
      end(body: Buffer) {
        answer.body = body.toString()
      },
    }
    await forward(app, { method, originalUrl, headers, rawBody } as never, response)
    return answer
  }

  it('hands the body on as it came', async () => {
    const { status, body } = await send('POST', '/api/predict', await phantom())
    expect([status, JSON.parse(body).predictions[0].file]).toEqual([200, 'image'])
  })

  it.each([
    ['TRACE', '/api/predict', 405],
    ['CONNECT', '/api/models', 405],
    ['GET', '//', 404],
    ['GET', '//elsewhere.example/api/models', 404],
  ])('answers %s %s with a problem of status %i that no cache keeps', async (method, path, status) => {
    const answer = await send(method, path)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({ status })
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})
