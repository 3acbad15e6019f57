/** Every exported function and class says what it is for, and each tag of its docstring stands on a line of its own. */
import { parseSync } from 'oxc-parser'
import type { Source } from './walls.ts'

type Comment = { start: number; end: number; value: string }
type Declaration = {
  type: string
  id?: { name: string }
  declarations?: { id: { name?: string }; init?: { type: string } }[]
}
type Statement = { type: string; start: number; declaration?: Declaration | null }

const FUNCTIONS = ['FunctionDeclaration', 'ClassDeclaration']
const VALUES = ['ArrowFunctionExpression', 'FunctionExpression']

/** @returns the name of the function or class that a statement exports, if it does */
function exportedName({ type, declaration }: Statement): string | undefined {
  if (!declaration || !type.startsWith('Export')) return undefined
  if (FUNCTIONS.includes(declaration.type)) return declaration.id?.name ?? 'the default export'
  const value = declaration.declarations?.find(({ init }) => init && VALUES.includes(init.type))
  return value?.id.name
}

/** @returns a sentence for everything that is missing or out of place */
export function faultsOfDocstrings({ path, text }: Source): string[] {
  const { program, comments } = parseSync(path, text)
  const docstrings = comments.filter(
    ({ type, value }) => type === 'Block' && value.startsWith('*'),
  ) as Comment[]
  const lineOf = (at: number) => text.slice(0, at).split('\n').length
  const missing = (program.body as unknown as Statement[]).flatMap((statement) => {
    const name = exportedName(statement)
    const hasDocstring = docstrings.some(
      ({ end }) => end <= statement.start && text.slice(end, statement.start).trim() === '',
    )
    if (name === undefined || hasDocstring) return []
    return [`${path}:${lineOf(statement.start)} exports ${name} without a docstring.`]
  })
  const crowded = docstrings
    .filter(({ value }) =>
      value.split('\n').some((line) => /[^\s*{`].*\s@(param|returns|throws|property)\b/.test(line)),
    )
    .map(({ start }) => `${path}:${lineOf(start)} has a tag that does not stand on a line of its own.`)
  return [...missing, ...crowded]
}
