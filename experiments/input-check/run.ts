import { folder } from '@zoidberg/core/files.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { type Manifest, parseManifest } from '@zoidberg/core/manifest.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import type { Sharp } from 'sharp'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import { categories, grayImage } from './images.ts'
import type { Result, Row } from './table.ts'

/** So that a PNG of any picture is under the API's limit. */
const LONGEST_SIDE = 1024

/** Only validation X-rays set the limit of the warning, so every other category is one that it was not made from. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const defaults = { data: undefined, pictures: undefined, model: 'models/default' }
  const { data, pictures, model: path } = readOptions(args, defaults).options
  const manifest = parseManifest(JSON.parse(new TextDecoder().decode(await folder(path)('manifest.json'))))
  const { input } = manifest
  const dataset = await loadDataset(data, input)
  const xrays = partOf(dataset, 'validation').map(dataset.pixels)
  dataset.close()

  const warnings = xrays.map((pixels) => warningCodes(grayImage(pixels, input), manifest))
  const rows = [rowOf('X-rays (false alarms)', await Promise.all(warnings))]
  for (const [category, { count, draw }] of Object.entries(categories(xrays, input, pictures))) {
    const codes: string[][] = []
    for (let i = 0; i < count; i++) codes.push(await warningCodes(await draw(i), manifest))
    rows.push(rowOf(category, codes))
  }
  const result = { model: manifest.id, minCorrelation: input.reference?.minCorrelation, rows }
  return { result, data: dataset.fingerprint }
}

/** @returns the codes of the warnings that a caller would get for an image */
async function warningCodes(image: Sharp, manifest: Manifest): Promise<string[]> {
  const inside = { fit: 'inside', withoutEnlargement: true } as const
  const bytes = await image.resize(LONGEST_SIDE, LONGEST_SIDE, inside).png().toBuffer()
  const warnings = warningsFor(await decodeImage(bytes, manifest.input), manifest)
  return warnings.map(({ code }) => code)
}

function rowOf(category: string, codes: string[][]): Row {
  const share = (isSo: (codes: string[]) => boolean) => codes.filter(isSo).length / codes.length
  return {
    category,
    images: codes.length,
    notChestXray: share((all) => all.includes('not-chest-xray')),
    anyWarning: share((all) => all.length > 0),
  }
}
