/** `zoidberg phantoms`: a data set without an X-ray in it. */
import { Command } from 'commander'
import { writePhantoms } from '../dataset/phantom.ts'
import { positiveInteger } from './arguments.ts'
import { say } from './terminal.ts'

export const phantoms = new Command('phantoms')
  .description('writes a synthetic data set of chest phantoms, to try everything without an X-ray')
  .argument('<dir>', 'folder to write into')
  .option('--count <n>', 'images; a third each normal, bacterial, viral', positiveInteger, 300)
  .option('--size <pixels>', 'side of the square images', positiveInteger, 224)
  .option('--seed <n>', 'another seed draws other chests', positiveInteger, 1)
  .action(async (dir, { count, size, seed }) => {
    await writePhantoms(dir, { count: count, seed: seed, size: { width: size, height: size } })
    say(`${count} synthetic phantoms in ${dir}`)
  })
