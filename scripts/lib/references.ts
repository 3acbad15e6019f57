import { COMMANDS, loadCommand } from '@zoidberg/training/commands/index.ts'
import { apiReference, commandReference } from './reference.ts'

/** @returns the files of docs/reference by name */
export async function references(): Promise<Map<string, string>> {
  const commands = await Promise.all(COMMANDS.map(loadCommand))
  return new Map([
    ['api.md', apiReference()],
    ['commands.md', commandReference(commands)],
  ])
}
