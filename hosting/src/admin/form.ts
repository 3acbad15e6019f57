/** The form that starts a run, made from the contract: a new setting appears in it by itself. Pure. */
import { type RunConfig, runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { z } from 'zod'

export type Command = RunConfig['command']

/**
 * A setting of a run, as the form asks for it.
 *
 * @property description what the contract says of it, in English
 * @property initial what holds where nothing is filled in
 */
export type Field = {
  name: string
  description?: string
  isRequired: boolean
  initial?: unknown
} & (
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'number'; min?: number; max?: number; isInteger: boolean }
  | { kind: 'check' | 'words' | 'text' }
)

type Schema = {
  type?: string
  const?: string
  enum?: string[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  minimum?: number
  maximum?: number
  description?: string
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
}

const kinds = z.toJSONSchema(runConfigSchema, { io: 'input' }) as Schema
const settings = new Map(
  (kinds.oneOf ?? kinds.anyOf ?? []).map((schema) => [schema.properties?.command.const as Command, schema]),
)

/** What can be started. */
export const COMMANDS: readonly Command[] = [...settings.keys()]

/** @returns the settings of a kind of run, in the contract's order */
export function fieldsOf(command: Command): Field[] {
  const { properties = {}, required = [] } = settings.get(command) ?? {}
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (schema.const !== undefined) return []
    const { description, default: initial } = schema
    return [{ name, description, initial, isRequired: required.includes(name), ...kindOf(schema) }]
  })
}

function kindOf(schema: Schema) {
  // What may be null is left empty.
  const { type, enum: choices, minimum, maximum } = schema.anyOf?.find((one) => one.type !== 'null') ?? schema
  if (choices) return { kind: 'choice' as const, choices }
  if (type === 'boolean') return { kind: 'check' as const }
  if (type === 'array') return { kind: 'words' as const }
  if (type !== 'integer' && type !== 'number') return { kind: 'text' as const }
  return { kind: 'number' as const, min: minimum, max: maximum, isInteger: type === 'integer' }
}

/** @returns what the form holds, as `retrain` takes it; what is left empty is left out */
export function configOf(command: Command, form: FormData): Record<string, unknown> {
  const values = fieldsOf(command).map(({ name, kind }) => {
    if (kind === 'check') return [name, form.get(name) === 'on']
    const text = String(form.get(name) ?? '').trim()
    if (text === '') return [name, undefined]
    if (kind === 'words') return [name, text.split(/\s+/)]
    return [name, kind === 'number' ? Number(text) : text]
  })
  return { command, ...Object.fromEntries(values.filter(([, value]) => value !== undefined)) }
}
