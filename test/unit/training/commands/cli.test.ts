import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import zoidberg from '../../../../training/package.json' with { type: 'json' }
import { startZoidberg } from '../../../support/cli.ts'

const run = (...args: string[]) => startZoidberg(tmpdir(), args).ended

it('says its version', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, out: `${zoidberg.version}\n` })
})

it('names the command or option that a mistyped one is nearest to', async () => {
  expect(await run('trian')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean train?') })
  expect(await run('train', '--data', 'x', '--out', 'y', '--epoch', '3')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Did you mean --epochs?'),
  })
})
