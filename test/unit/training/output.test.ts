import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../../training')

it('prints from commands and from the log of the job alone: everything else reports events', () => {
  const files = globSync('**/*.ts', { cwd: root, exclude: (name) => String(name).includes('node_modules') })
  const printing = files.filter((file) =>
    /\bconsole\.|process\.std(out|err)|cli-progress/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(printing.sort()).toEqual(['commands/progress-bar.ts', 'commands/terminal.ts', 'job/log.ts'])
})
