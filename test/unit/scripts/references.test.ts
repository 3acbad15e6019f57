import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { references } from '../../../scripts/lib/references.ts'

it('the references in docs/reference are what the code says; `npm run docs` writes them', async () => {
  for (const [name, text] of await references())
    expect(await readFile(join(import.meta.dirname, '../../../docs/reference', name), 'utf8')).toBe(text)
})
