import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { type Dataset, loadDataset } from '@zoidberg/training/dataset/dataset.ts'
import { AUDIT_SIZE, nearDuplicates } from '@zoidberg/training/dataset/near-duplicates.ts'
import { createRandom, type Random } from '@zoidberg/training/random.ts'
import sharp, { type Sharp } from 'sharp'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import type { Result } from './table.ts'

/** How many films have copies, of each kind one. */
const FILMS = 200
const SEED = 1

/** Cuts the same share off each border. */
function crop(image: Sharp, side: number, share: number): Sharp {
  const cut = Math.round(share * side)
  return image.extract({ left: cut, top: cut, width: side - 2 * cut, height: side - 2 * cut })
}
const brighten = (image: Sharp, random: Random): Sharp =>
  image.linear(random.uniform(0.75, 1.25), random.uniform(-25, 25))

/** What people do to a film, each time a little differently. */
const COPIES: Record<string, (image: Sharp, side: number, random: Random) => Sharp | Promise<Sharp>> = {
  'recompressed, JPEG quality 30 to 90': (image, _, random) =>
    image.jpeg({ quality: 30 + random.integer(61) }),
  'rescaled, to 50 to 200 %': (image, side, random) =>
    image.resize(Math.round(side * random.uniform(0.5, 2))),
  'brightened or darkened, by up to 25 %': (image, _, random) => brighten(image, random),
  mirrored: (image) => image.flop(),
  'cropped, by 1 to 5 % on each side': (image, side, random) => crop(image, side, random.uniform(0.01, 0.05)),
  'turned, by up to 3 degrees': async (image, side, random) => {
    const turned = await image.rotate(random.uniform(-3, 3), { background: 'black' }).png().toBuffer()
    const { width } = await sharp(turned).metadata()
    const from = Math.floor((width - side) / 2)
    return sharp(turned).extract({ left: from, top: from, width: side, height: side })
  },
  'cropped, brightened and mirrored': (image, side, random) =>
    brighten(crop(image, side, random.uniform(0.01, 0.05)), random).flop(),
}

/** Copies films under another patient, and counts which are found. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data } = readOptions(args, { data: undefined }).options
  await loadEngine('native')
  const dataset = await loadDataset(data, AUDIT_SIZE)
  const started = performance.now()
  const among = nearDuplicates(dataset)
  const seconds = (performance.now() - started) / 1000
  const random = createRandom(SEED)
  const films = random.shuffle([...dataset.samples]).slice(0, FILMS)
  const kinds: Result['kinds'] = []
  for (const [kind, change] of Object.entries(COPIES)) {
    const folder = await mkdtemp(join(tmpdir(), 'zoidberg-copies-'))
    try {
      await writeCopies(folder, { dataset, films, change, random })
      kinds.push({ kind, ...(await countIn(folder)) })
    } finally {
      await rm(folder, { recursive: true })
    }
    console.error(`${kind}: ${kinds.at(-1)?.found} of ${FILMS}`)
  }
  dataset.close()
  return {
    result: { images: dataset.samples.length, films: FILMS, among: among.length, seconds, kinds },
    data: dataset.fingerprint,
  }
}

type Copying = {
  dataset: Dataset
  films: Dataset['samples']
  change: (typeof COPIES)[string]
  random: Random
}

/** Each film as NORMAL/IM-1NNN, and its copy as NORMAL/IM-5NNN, which is another patient. */
async function writeCopies(folder: string, { dataset, films, change, random }: Copying): Promise<void> {
  await mkdir(join(folder, 'NORMAL'))
  for (const [i, film] of films.entries()) {
    const bytes = await dataset.bytes(film)
    const { width: side } = await sharp(bytes).metadata()
    const name = (series: number) => join(folder, 'NORMAL', `IM-${series + i}-0001.jpeg`)
    await writeFile(name(1000), bytes)
    const copy = await change(sharp(bytes).grayscale(), side, random)
    await writeFile(name(5000), await copy.jpeg({ quality: 90 }).toBuffer())
  }
}

/** A pair that is no film with its copy is a false alarm. */
async function countIn(folder: string): Promise<{ found: number; falseAlarms: number }> {
  const copied = await loadDataset(folder, AUDIT_SIZE)
  const pairs = nearDuplicates(copied)
  copied.close()
  const found = pairs.filter(
    ({ files: [a, b] }) => Number(b.match(/IM-(\d+)/)?.[1]) - Number(a.match(/IM-(\d+)/)?.[1]) === 4000,
  )
  return { found: found.length, falseAlarms: pairs.length - found.length }
}
