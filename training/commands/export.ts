/** `zoidberg export`: a model for other programs, as ONNX. */
import { readGraph } from '@zoidberg/core/graph/load.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import { outputNames, toOnnx } from '@zoidberg/core/onnx/translate.ts'
import { Command } from 'commander'
import { isClassicalRun } from '../classical/model.ts'
import { UsageError } from '../errors.ts'
import { exists, replaceFile } from '../run/folder.ts'
import { filesOf } from '../run/open-model.ts'
import { printResult } from './terminal.ts'

const command = new Command('export')
  .description('writes a model as ONNX, for other programs; what it answers there is not yet calibrated')
  .requiredOption('--model <path>', 'folder, gs://… or channel')
  .requiredOption('--out <file>', 'an .onnx file that is not there yet')
  .option('--json', 'print one JSON object')
  .action(async ({ model, out, json }) => {
    if (await exists(out)) throw new UsageError(`${out} already exists.`)
    if (await isClassicalRun(model))
      throw new UsageError(`${model} holds a classical algorithm; only networks can be exported.`)
    const read = await filesOf(model)
    const manifest = parseManifest(JSON.parse(Buffer.from(await read('manifest.json')).toString()))
    const files = await Promise.all(manifest.files.map(async ({ name }) => [name, await read(name)] as const))
    const { artifacts, outputs } = readGraph(new Map(files), manifest.input)
    const bytes = toOnnx(artifacts, outputs)
    await replaceFile(out, bytes)
    const { height, width } = manifest.input
    const named = [...outputNames(outputs)].map(([name, as]) => ({ name: as, shape: outputs.get(name) }))
    const result = {
      model: manifest.id,
      file: out,
      bytes: bytes.length,
      input: { name: 'image', shape: [-1, 1, height, width], values: 'gray, 0 to 255' },
      outputs: named,
      labels: manifest.labels,
    }
    printResult(json, result, () =>
      [
        `${out}: ${manifest.id}, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`,
        `input image: images x 1 x ${height} x ${width}, gray values 0 to 255`,
        ...named.map(({ name, shape }) => `output ${name}: images x ${shape?.slice(1).join(' x ')}`),
        `classes: ${manifest.labels.join(', ')}; the calibration of manifest.json is not part of it`,
      ].join('\n'),
    )
  })

export { command as export }
