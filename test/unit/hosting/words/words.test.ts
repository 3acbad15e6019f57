import { WARNING_CODES } from '@zoidberg/core/contract/prediction.ts'
import { describe, expect, it } from 'vitest'
import { en } from '../../../../hosting/src/words/en.ts'
import { fr } from '../../../../hosting/src/words/fr.ts'

type Tree = { [key: string]: string | Tree }
const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : leaves(value, `${path}${key}.`),
  )
const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted()
const [english, french] = [en, fr].map((words) => new Map(leaves(words as Tree)))

describe('the words', () => {
  it('say the same in both languages: nothing is missing, nothing left in English', () => {
    const shared = [...english.keys()]
    expect([...french.keys()].filter((key) => !key.startsWith('problems.'))).toEqual(shared)
    const same = shared.filter(
      (key) => english.get(key) === french.get(key) && blanks(english.get(key) ?? '').length === 0,
    )
    // Words that are spelt alike.
    expect(same).toEqual(['app.api', 'card.version', 'watching.validation'])
  })
  it('fill in the same blanks', () => {
    for (const [key, text] of english) expect(blanks(french.get(key) ?? ''), key).toEqual(blanks(text))
  })
  it('have a sentence for each warning', () =>
    expect(Object.keys(en.warnings).toSorted()).toEqual([...WARNING_CODES].toSorted()))
})
