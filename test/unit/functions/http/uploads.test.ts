import { MAX_FILES } from '@zoidberg/core/contract/limits.ts'
import { describe, expect, it } from 'vitest'
import { readUploads } from '../../../../functions/src/http/uploads.ts'

describe('readUploads', () => {
  const multipart = (body: string, boundary = 'x') =>
    readUploads(`multipart/form-data; boundary=${boundary}`, Buffer.from(body))
  const part = (name: string, content: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"; filename="f.jpg"\r\n\r\n${content}\r\n`

  it.each<[string, () => Promise<unknown>, number]>([
    ['no file at all', () => multipart('--x--\r\n'), 400],
    ['a file in another field', () => multipart(`${part('photo', 'abc')}--x--\r\n`), 400],
    ['a wrong boundary', () => multipart(`${part('image', 'abc')}--x--\r\n`, 'y'), 400],
    ['no boundary', () => readUploads('multipart/form-data', Buffer.from('abc')), 400],
    ['a body that is cut off', () => multipart(part('image', 'abc')), 400],
    [
      `${MAX_FILES + 1} files`,
      () => multipart(`${part('image', 'abc').repeat(MAX_FILES + 1)}--x--\r\n`),
      413,
    ],
    [
      'more parts than any form has, though all but one are text',
      () =>
        multipart(
          `${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'.repeat(60)}${part('image', 'abc')}--x--\r\n`,
        ),
      400,
    ],
  ])('refuses %s', async (_, read, status) => {
    await expect(read()).rejects.toMatchObject({ status })
  })

  it('loses no file beside the text fields of a form', async () => {
    const text = '--x\r\nContent-Disposition: form-data; name="patient"\r\n\r\nsecret\r\n'
    const uploads = await multipart(`${text.repeat(5)}${part('image', 'abc').repeat(MAX_FILES)}--x--\r\n`)
    expect(uploads).toHaveLength(MAX_FILES)
  })

  it('keeps an empty part, which is then no image', async () => {
    expect(await multipart(`${part('image', '')}--x--\r\n`)).toMatchObject([
      { file: 'f.jpg', tooLarge: false },
    ])
  })

  it('marks a file over 10 MB and keeps none of it', async () => {
    const [upload] = await multipart(`${part('image', 'a'.repeat(11 * 1024 * 1024))}--x--\r\n`)
    expect(upload).toMatchObject({ tooLarge: true, bytes: new Uint8Array() })
  })
})
