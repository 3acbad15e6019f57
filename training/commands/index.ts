/** The commands of `zoidberg`, a file each, loaded when one is asked for. */
import type { Command } from 'commander'

export const COMMANDS = [
  'data',
  'phantoms',
  'augment',
  'train',
  'tune',
  'ensemble',
  'baseline',
  'evaluate',
  'compare',
  'predict',
  'import',
  'export',
  'publish',
  'admin',
] as const

/** @returns a command with its options and its action */
export const loadCommand = async (name: (typeof COMMANDS)[number]): Promise<Command> =>
  (await import(`./${name}.ts`))[name]
