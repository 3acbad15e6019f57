/** `zoidberg predict`: what the function would answer, offline. */
import { readFile } from 'node:fs/promises'
import { wordsOf } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent } from '@zoidberg/core/contract/percent.ts'
import { type Problem, toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import { Command } from 'commander'
import { sidesOf } from '../dataset/classes.ts'
import { openModel } from '../run/open-model.ts'
import { EXIT, printResult, say } from './terminal.ts'

export const predict = new Command('predict')
  .description('what the function would answer, offline')
  .argument('<image...>', 'JPEG, PNG, WebP or DICOM files')
  .requiredOption('--model <path>', 'folder, gs://… or channel')
  .option('--operating-point <name>', "the model's default if left out")
  .option('--json', 'print one JSON object')
  .action(async (images: string[], options) => {
    const model = await openModel(options.model)
    const predictions: (Awaited<ReturnType<typeof answer>> | { file: string; error: Problem })[] = []
    for (const file of images) {
      const result = await answer(model, file, options.operatingPoint).catch((error) => {
        if (!(error instanceof ZoidbergError) || error.type === 'bad-request') throw error
        say(error.message)
        process.exitCode = EXIT.usage
        return { file, error: toProblem(error) }
      })
      predictions.push(result)
    }
    const { labels, findings } = model.manifest
    const positive = wordsOf(sidesOf(labels)[1], findings).toLowerCase()
    model.dispose()
    const line = (p: (typeof predictions)[number]) =>
      'error' in p
        ? `${p.file}: not answered`
        : `${p.file}: ${wordsOf(p.label, findings)} (${positive} ${probabilityPercent(p.decision.probability)}, threshold ${probabilityPercent(p.decision.threshold)})${p.warnings.map((w) => ` [${w.code}]`).join('')}`
    printResult(options.json, { predictions }, () => predictions.map(line).join('\n'))
  })

async function answer(model: LoadedModel, file: string, operatingPoint?: string) {
  const { manifest } = model
  const bytes = await readFile(file).catch((cause) => {
    throw new ZoidbergError('not-an-image', `${file} cannot be read: ${cause.code}.`, { file, cause })
  })
  const image = await decodeImage(bytes, manifest.input, file)
  const { probabilities } = await model.predict([image.pixels])
  const { width, height, format } = image
  return {
    file,
    ...decide(probabilities[0], manifest, operatingPoint),
    model: { id: manifest.id },
    image: { width, height, format },
    warnings: warningsFor(image, manifest),
  }
}
