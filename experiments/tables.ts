/** `npm run tables`: writes the tables of all results into the documents that ask for them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from '../scripts/lib/fail.ts'
import { root } from '../scripts/lib/install.ts'
import { documents, rendered, renderers } from './lib/documents.ts'

await main(async () => {
  const tables = await renderers()
  const changed = documents().filter((path) => {
    const text = rendered(path, tables)
    if (text === readFileSync(join(root, path), 'utf8')) return false
    writeFileSync(join(root, path), text)
    return true
  })
  console.log(changed.length > 0 ? `Written: ${changed.join(', ')}` : 'Every table is as its result has it.')
  return 0
})
