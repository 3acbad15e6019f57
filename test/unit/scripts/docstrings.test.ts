import { describe, expect, it } from 'vitest'
import { faultsOfDocstrings } from '../../../scripts/lib/docstrings.ts'

const faults = (text: string) => faultsOfDocstrings({ path: 'a.ts', text })

describe('docstrings', () => {
  it.each([
    'export function f() {}',
    'export async function f() {}',
    'export const f = () => 1',
    'export class F {}',
    '/** Of something else. */\nconst g = 1\nexport const f = () => g',
  ])('are missed at %j', (text) =>
    expect(faults(text)).toEqual([expect.stringContaining('without a docstring')]),
  )
  it.each([
    '/** Does it. */\nexport function f() {}',
    '/**\n * Does it.\n *\n * @returns one\n */\nexport const f = () => 1',
    '/** @returns one */\nexport const f = () => 1',
    'function f() {}\nexport const n = 1\nexport type T = () => void',
  ])('are found at %j', (text) => expect(faults(text)).toEqual([]))
  it('have each tag on a line of its own', () => {
    const text = '/** Does it. @returns one */\nexport const f = () => 1'
    expect(faults(text)).toEqual([expect.stringContaining('a.ts:1 has a tag')])
  })
})
