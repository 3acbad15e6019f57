/** `--set name=value` on the command line and in a retraining: the only place where values are texts. */
import type { Value, Values } from '../space/space.ts'
import type { NetworkDefinition } from './definition.ts'
import { currentName } from './former-names.ts'
import { type Recipe, recipeWith } from './recipe.ts'

/**
 * Reads what `--set` says and puts it in the place of a network's own values.
 *
 * @param overrides each `name=value`; of two with one name the later counts
 * @returns the recipe that is meant
 * @throws UsageError naming an unknown name or a value it does not take
 */
export function withOverrides(definition: NetworkDefinition, overrides: readonly string[]): Recipe {
  const values = overrides.map((override): [string, Value] => {
    const [name, text = ''] = override.split(/=(.*)/s)
    return [currentName(name), toValue(text)]
  })
  return recipeWith(definition, Object.fromEntries(values))
}

/**
 * Writes values the way `withOverrides` reads them, for the command that a manifest keeps.
 *
 * @returns `--set name=value` for each
 */
export const toOverrides = (values: Values): string[] =>
  Object.entries(values).map(([name, value]) => `--set ${name}=${value}`)

/** A text that is no number is a word: whether the setting takes one is the recipe's to say. */
function toValue(text: string): Value {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? text : number
}
