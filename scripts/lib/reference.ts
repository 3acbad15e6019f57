/** The references in docs/reference, rendered from the code. */
import { cardSchema, gallerySchema, healthSchema } from '@zoidberg/core/contract/card.ts'
import { promoteSchema, rollbackSchema, setCanarySchema } from '@zoidberg/core/contract/channel.ts'
import * as limits from '@zoidberg/core/contract/limits.ts'
import { predictCallSchema, predictionSchema } from '@zoidberg/core/contract/prediction.ts'
import { PROBLEMS } from '@zoidberg/core/contract/problems.ts'
import { cancelRunSchema, retrainSchema, runConfigSchema } from '@zoidberg/core/contract/run.ts'
import type { Command } from 'commander'
import { z } from 'zod'

const NOTE = '<!-- Made by `npm run docs`. Change the code instead. -->'

type Json = {
  type?: string
  description?: string
  enum?: string[]
  const?: string
  default?: unknown
  properties?: Record<string, Json>
  required?: string[]
  items?: Json
  additionalProperties?: Json | boolean
  anyOf?: Json[]
  minimum?: number
  maximum?: number
  maxLength?: number
  maxItems?: number
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

/** zod gives an integer without limits those of JavaScript. */
const isLimit = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER

function typeOf(json: Json): string {
  if (json.anyOf) return json.anyOf.map(typeOf).join(' or ')
  if (json.const !== undefined) return `\`${json.const}\``
  if (json.enum) return json.enum.map((value) => `\`${value}\``).join(', ')
  if (json.type === 'array') return `list of ${json.items ? typeOf(json.items) : 'values'}`
  const limits = [
    isLimit(json.minimum) || isLimit(json.maximum) ? `${json.minimum ?? '…'} to ${json.maximum ?? '…'}` : '',
    json.maxLength ? `at most ${json.maxLength} characters` : '',
  ].filter(Boolean)
  return [json.type ?? 'any', ...limits].join(', ')
}

/** A row for each field, inner ones with a dot. */
function rowsOf(json: Json, prefix = ''): string[][] {
  return Object.entries(json.properties ?? {}).flatMap(([name, field]) => {
    const inner = field.items?.properties ? field.items : field
    const path = `${prefix}${name}`
    const otherwise = field.default === undefined ? '' : JSON.stringify(field.default)
    const isNeeded = json.required?.includes(name) && field.default === undefined
    const row = [`\`${path}\``, typeOf(field), isNeeded ? 'yes' : otherwise || 'no', field.description ?? '']
    return [row, ...rowsOf(inner, `${path}${field.items?.properties ? '[]' : ''}.`)]
  })
}

const fields = (schema: z.ZodType): string => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json
  return table(['field', 'type', 'needed, or default', 'means'], rowsOf(json))
}

/** @returns docs/reference/api.md: what callers send and get, field by field */
export function apiReference(): string {
  const configs = z.toJSONSchema(runConfigSchema, { io: 'input' }) as { oneOf?: Json[]; anyOf?: Json[] }
  const kinds = (configs.oneOf ?? configs.anyOf ?? []).map((json) => {
    const command = json.properties?.command.const
    return `### \`${command}\`\n\n${table(['field', 'type', 'needed, or default', 'means'], rowsOf(json))}`
  })
  const problems = Object.entries(PROBLEMS).map(([type, { status, code, title, help }]) => [
    String(status),
    `\`${code}\``,
    `\`${type}\``,
    title,
    help,
  ])
  const sections = [
    ['The prediction P', fields(predictionSchema)],
    ['The callable `predict`', fields(predictCallSchema)],
    ['A model card', fields(cardSchema)],
    ['The gallery', fields(gallerySchema)],
    ['Health', fields(healthSchema)],
    ['Problems', table(['status', 'code of a callable', 'type', 'title', 'means'], problems)],
    [
      'Limits',
      table(
        ['name', 'value'],
        Object.entries(limits)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => [`\`${name}\``, value.toLocaleString('en')]),
      ),
    ],
    ['`retrain`', fields(retrainSchema)],
    ['What a run can be', kinds.join('\n\n')],
    ['`cancelRun`', fields(cancelRunSchema)],
    ['`promote`', fields(promoteSchema)],
    ['`rollback`', fields(rollbackSchema)],
    ['`setCanary`', fields(setCanarySchema)],
  ]
  const intro = 'Every field of the API. [docs/api.md](../api.md) tells how to call it.'
  return [
    `# API reference\n\n${NOTE}\n\n${intro}`,
    ...sections.map(([title, body]) => `## ${title}\n\n${body}`),
  ]
    .join('\n\n')
    .concat('\n')
}

function commandSection(command: Command, path: string, depth: number): string[] {
  const name = `${path} ${command.name()}`
  const usage = `    ${name} ${command.usage()}`
  const options = command.options.map((option) => {
    const isDefault = option.defaultValue !== undefined && String(option.defaultValue) !== ''
    return [
      `\`${option.flags}\``,
      option.description,
      isDefault ? `\`${option.defaultValue}\`` : '',
      option.argChoices?.join(', ') ?? '',
    ]
  })
  const listed = options.length > 0 ? [table(['option', 'means', 'default', 'one of'], options)] : []
  return [
    `${'#'.repeat(depth)} ${name}`,
    `${command.description()}.`,
    usage,
    ...listed,
    ...command.commands.flatMap((inner) => commandSection(inner, name, depth + 1)),
  ]
}

/** @returns docs/reference/commands.md: every command with its options */
export function commandReference(commands: readonly Command[]): string {
  const intro = 'Every command of `npx zoidberg`. [docs/tutorial.md](../tutorial.md) shows them at work.'
  const sections = commands.flatMap((command) => commandSection(command, 'zoidberg', 2))
  return [`# Command reference\n\n${NOTE}\n\n${intro}`, ...sections].join('\n\n').concat('\n')
}
