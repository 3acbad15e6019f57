import { describe, expect, it } from 'vitest'
import { markdown } from '../../../benchmarks/lib/table.ts'
import { tablesIn, withTables } from '../../../experiments/lib/markers.ts'

const render = (name: string) => `(${name})`

describe('tables between markers', () => {
  it('are replaced, and nothing around them', () => {
    const text =
      'before\n<!-- table: a/b -->\nold\n<!-- /table -->\nbetween\n<!-- table: c --><!-- /table -->\n'
    expect(withTables(text, render)).toBe(
      'before\n<!-- table: a/b -->\n\n(a/b)\n\n<!-- /table -->\nbetween\n<!-- table: c -->\n\n(c)\n\n<!-- /table -->\n',
    )
  })

  it('stay the same when they are written twice', () => {
    const once = withTables('<!-- table: a -->\n<!-- /table -->', render)
    expect(withTables(once, render)).toBe(once)
  })

  it('may hold characters that a replacement would take for a pattern', () => {
    expect(withTables('<!-- table: a --><!-- /table -->', () => '$& $1')).toContain('\n$& $1\n')
  })

  it('are only those whose marker begins a line', () => {
    const text = 'Put `<!-- table: NAME -->` on a line.\n'
    expect(tablesIn(text)).toEqual([])
    expect(withTables(text, render)).toBe(text)
  })

  it('are named in the order of the document', () => {
    expect(tablesIn('<!-- table: b -->\n<!-- /table -->\n<!-- table: a -->\n<!-- /table -->')).toEqual([
      'b',
      'a',
    ])
  })

  it.each(['<!-- table: a -->\n', '<!-- table: a -->\n<!-- table: b -->\n<!-- /table -->\n'])(
    'that are not closed are refused: %j',
    (text) => {
      expect(() => withTables(text, render)).toThrow('a table has no <!-- /table -->')
    },
  )
})

describe('Markdown of a table', () => {
  const table = [
    ['name', 'n'],
    ['a', 1048],
  ]

  it('has a head, a rule and rows', () => {
    expect(markdown(table)).toBe('| name | n |\n|---|---|\n| a | 1048 |')
  })

  it('has columns of one width for a terminal', () => {
    expect(markdown(table, true)).toBe('| name | n    |\n|------|------|\n| a    | 1048 |')
  })
})
