/** `npm run docs`: writes the references of docs/reference from the code. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from './lib/fail.ts'
import { root } from './lib/install.ts'
import { references } from './lib/references.ts'

await main(async () => {
  const folder = join(root, 'docs/reference')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of await references()) writeFileSync(join(folder, name), text)
  return 0
})
