#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/** `zoidberg`: every command is a file in commands/, loaded when it is asked for. */
import { Command, CommanderError } from 'commander'
import { EXIT, fail } from './terminal.ts'

const COMMANDS = [
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
  'publish',
  'admin',
] as const

const program = new Command('zoidberg')
  .description('Chest X-ray classifier: load data, train, evaluate, predict, publish. Not a medical device.')
  .enablePositionalOptions() // options of `data push` are not those of `data`
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride()

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
const wanted = process.argv[2]
try {
  for (const name of COMMANDS.filter(
    (command) => command === wanted || !COMMANDS.includes(wanted as never),
  )) {
    const command: Command = (await import(`./commands/${name}.ts`))[name]
    program.addCommand(command.copyInheritedSettings(program))
  }
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
  else process.exitCode = fail(error)
}
