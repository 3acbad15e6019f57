import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_CALLABLES } from '../../../../functions/src/admin/callables.ts'
import { openEmbedded } from '../../../../functions/src/platform/embedded.ts'
import type { Platform } from '../../../../functions/src/platform/platform.ts'

let platform: Platform
beforeAll(async () => {
  platform = await openEmbedded(join(import.meta.dirname, '../../../../models/default'))
})

describe('the embedded platform', () => {
  it('names its one model on the production channel, and has its files and samples', async () => {
    const channels = await platform.channels()
    const { modelId, canary } = channels.get('production') ?? {}
    expect([channels.size, canary]).toEqual([1, null])
    expect(await platform.store.exists(`models/${modelId}/manifest.json`)).toBe(true)
    expect(await platform.store.exists(`samples/${modelId}/index.json`)).toBe(true)
  })

  it.each(ADMIN_CALLABLES)('has no %s, and says what has', async (name) => {
    const callables = platform.createAdminCallables(async () => {})
    await expect(callables[name](undefined, {})).rejects.toMatchObject({
      type: 'not-here',
      message: expect.stringContaining('npm run emulators'),
    })
  })

  it('takes no App Check token for good', async () =>
    expect(await platform.appOf('anything')).toBeUndefined())
})
