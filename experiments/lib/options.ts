/** The options of an experiment. */
import { parseArgs } from 'node:util'
import { Unmet } from '../../scripts/lib/fail.ts'

/**
 * Reads `--name value` options and the words between them.
 *
 * @param defaults every option there is; undefined where it must be given
 * @returns the options, and the words in `words`
 * @throws Unmet naming an option that is missing or unknown
 */
export function readOptions<Name extends string>(
  args: string[],
  defaults: Record<Name, string | undefined>,
): { options: Record<Name, string>; words: string[] } {
  const names = Object.keys(defaults) as Name[]
  const { values, positionals } = parse(args, names)
  const options = { ...defaults, ...values }
  const missing = names.filter((name) => options[name] === undefined).map((name) => `--${name}`)
  if (missing.length > 0) throw new Unmet(`This experiment needs ${missing.join(' and ')}.`)
  return { options: options as Record<Name, string>, words: positionals }
}

function parse(args: string[], names: string[]) {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Unmet((error as Error).message)
  }
}
