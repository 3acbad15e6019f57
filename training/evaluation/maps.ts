/** Whether activation maps point at lungs, and whether the model needs what they point at. */
import { labelFor, positiveProbability } from '@zoidberg/core/contract/labels.ts'
import { enlarge, evidence } from '@zoidberg/core/explanation.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { calibrate, logOdds } from '@zoidberg/core/prediction.ts'
import type { Selection } from '../dataset/dataset.ts'
import { cellsOf } from '../networks/activation-grid.ts'
import { createRandom } from '../random.ts'
import { bootstrapIntervals } from '../statistics/bootstrap.ts'
import { mean } from '../statistics/descriptive.ts'

const MASKED_SHARE = 0.2

/**
 * Measures how much of a heat map lies in a mask.
 *
 * @param heat from 0 on, not all 0
 * @param mask 1 inside, 0 outside
 * @returns a share of the heat's mass, in [0, 1]
 */
export function massInside(heat: ArrayLike<number>, mask: Uint8Array): number {
  let [inside, all] = [0, 0]
  for (let i = 0; i < mask.length; i++) {
    all += heat[i]
    inside += heat[i] * mask[i]
  }
  return inside / all
}

/**
 * Draws what a map is compared with: a round Gaussian in the middle of the image, spread about it as much as the heat
 * map is about its own centre.
 *
 * @param heat from 0 on, not all 0, row by row
 * @returns a heat map of the same size
 */
export function centredGaussian(heat: ArrayLike<number>, { width, height }: Size): Float64Array {
  let [mass, x, y, squares] = [0, 0, 0, 0]
  for (let i = 0; i < width * height; i++) {
    const [column, row] = [i % width, Math.floor(i / width)]
    mass += heat[i]
    x += heat[i] * column
    y += heat[i] * row
    squares += heat[i] * (column ** 2 + row ** 2)
  }
  const variance = (squares / mass - (x / mass) ** 2 - (y / mass) ** 2) / 2
  return Float64Array.from({ length: width * height }, (_, i) => {
    const [dx, dy] = [(i % width) - (width - 1) / 2, Math.floor(i / width) - (height - 1) / 2]
    return Math.exp(-(dx ** 2 + dy ** 2) / (2 * variance))
  })
}

/**
 * Paints cells of the map's grid over.
 *
 * @param pixels uint8 gray values, row by row
 * @param options the size of the image in pixels and of the map in cells, the cells to paint, and the gray (0..255)
 * @returns a copy
 */
export function maskCells(
  pixels: Uint8Array,
  { size, map, cells, gray }: { size: Size; map: Size; cells: Iterable<number>; gray: number },
): Uint8Array {
  const hidden = new Set(cells)
  const cellOf = cellsOf(size, map)
  return pixels.map((value, i) => (hidden.has(cellOf[i]) ? gray : value))
}

type MapFigures = ReturnType<typeof figuresOf>
type MapRow = { patient: string; inLungs: number; gaussianInLungs: number; drops: Record<Fill, Drop> }

/**
 * With what a place is hidden. Neither is nothing: gray in a lung may look like an opacity, black like air, so both are
 * tried.
 */
const FILLS = {
  gray: (pixels: Uint8Array) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length,
  black: () => 0,
}
type Fill = keyof typeof FILLS

/**
 * By how much P(pneumonia), and its log-odds, which certainty does not hide, fall without the map's top or a random
 * part.
 */
type Drop = { top: number; random: number; topLogOdds: number; randomLogOdds: number }

/**
 * Evaluates a model's activation maps. Images with no evidence anywhere are left out.
 *
 * @param selection pneumonias that the model was not fitted on
 * @param lungs as `lungTemplate` gives it
 * @returns shares of the maps' mass, and drops of P(pneumonia) where places are hidden
 * @throws Error if the model has no activation map
 */
export async function evaluateMaps(
  model: LoadedModel,
  { dataset, samples }: Selection,
  lungs: Uint8Array,
): Promise<MapFigures> {
  const { size } = dataset
  const { labels, calibration } = model.manifest
  const rows: MapRow[] = []
  for (const [n, sample] of samples.entries()) {
    const pixels = dataset.pixels(sample)
    const { maps, probabilities } = await model.predict([pixels], true)
    if (!maps) throw new Error('the model has no activation map')
    const label = labelFor(labels, calibrate(probabilities[0], calibration), true)
    const heat = evidence(maps[0], labels.indexOf(label))
    const large = await enlarge(heat, maps[0], size)
    if (large.every((value) => value === 0)) continue
    const order = Array.from(heat.keys()).sort((a, b) => heat[b] - heat[a])
    const count = Math.round(MASKED_SHARE * heat.length)
    const random = createRandom(n).shuffle(Array.from(heat.keys())).slice(0, count)
    const probability = (row: Float32Array) => positiveProbability(calibrate(row, calibration))
    const [plain] = probabilities
    const drops = {} as Record<Fill, Drop>
    for (const fill of Object.keys(FILLS) as Fill[]) {
      const gray = FILLS[fill](pixels)
      const hide = (cells: number[]) => maskCells(pixels, { size, map: maps[0], cells, gray })
      const [top, other] = (await model.predict([hide(order.slice(0, count)), hide(random)])).probabilities
      drops[fill] = {
        top: probability(plain) - probability(top),
        random: probability(plain) - probability(other),
        topLogOdds: logOdds(plain) - logOdds(top),
        randomLogOdds: logOdds(plain) - logOdds(other),
      }
    }
    rows.push({
      patient: sample.patient,
      inLungs: massInside(large, lungs),
      gaussianInLungs: massInside(centredGaussian(large, size), lungs),
      drops,
    })
  }
  return figuresOf(rows, lungs)
}

function figuresOf(rows: MapRow[], lungs: Uint8Array) {
  return {
    images: rows.length,
    lungShareOfImage: lungs.reduce((a, b) => a + b, 0) / lungs.length,
    massInLungs: meanOf(rows, (row) => row.inLungs),
    gaussianMassInLungs: meanOf(rows, (row) => row.gaussianInLungs),
    mapBeatsGaussian: meanOf(rows, (row) => Number(row.inLungs > row.gaussianInLungs)),
    hidden: Object.fromEntries(
      (Object.keys(FILLS) as Fill[]).map((fill) => [fill, dropsOf(rows, fill)]),
    ) as Record<Fill, ReturnType<typeof dropsOf>>,
  }
}

/** Mean drops; with 95 % intervals over patients, by how much the map's top counts more than a random part. */
function dropsOf(rows: MapRow[], fill: Fill) {
  const drop = (key: keyof Drop) => meanOf(rows, (row) => row.drops[fill][key])
  const intervals = bootstrapIntervals(
    rows.map(({ patient }) => patient),
    (positions) => {
      const drawn = positions.map((i) => rows[i])
      return {
        difference: meanOf(drawn, ({ drops }) => drops[fill].top - drops[fill].random),
        differenceLogOdds: meanOf(drawn, ({ drops }) => drops[fill].topLogOdds - drops[fill].randomLogOdds),
      }
    },
  )
  return {
    top: drop('top'),
    random: drop('random'),
    topLogOdds: drop('topLogOdds'),
    randomLogOdds: drop('randomLogOdds'),
    intervals,
    topDropsMore: meanOf(rows, ({ drops }) => Number(drops[fill].topLogOdds > drops[fill].randomLogOdds)),
  }
}

const meanOf = <Item>(items: Item[], value: (item: Item) => number): number => mean(items.map(value))
