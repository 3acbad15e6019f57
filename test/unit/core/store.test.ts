import { bucketStore } from '@zoidberg/core/store.ts'
import { describe, expect, it, vi } from 'vitest'

describe('bucketStore', () => {
  it('says what kind of file it writes', async () => {
    const save = vi.fn()
    await bucketStore({ file: () => ({ save }) } as never).write('models/a/manifest.json', '{}')
    expect(save).toHaveBeenCalledWith(Buffer.from('{}'), {
      resumable: false,
      contentType: 'application/json',
    })
  })
})
