#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/** `zoidberg`: every command is a file in commands/, loaded when it is asked for. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { COMMANDS, loadCommand } from './commands/index.ts'
import { EXIT, fail } from './commands/terminal.ts'
import { loadTensorflowQuietly } from './quiet-tensorflow.ts'

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'))
const program = new Command('zoidberg')
  .description('Chest X-ray classifier: load data, train, evaluate, predict, publish. Not a medical device.')
  .version(version)
  .enablePositionalOptions() // options of `data push` are not those of `data`
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride()

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
const wanted = process.argv[2]
loadTensorflowQuietly(wanted)
try {
  for (const name of COMMANDS.filter(
    (command) => command === wanted || !COMMANDS.includes(wanted as never),
  )) {
    const command = await loadCommand(name)
    program.addCommand(command.copyInheritedSettings(program))
  }
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
  else process.exitCode = fail(error)
}
