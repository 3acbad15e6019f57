import { expect, it } from 'vitest'
import { outlineOf } from '../../../../hosting/src/viewer/outline.ts'

const SIDE = 9
/** A map that is strong in a square from 2 to 6. */
const map = new Uint8ClampedArray(4 * SIDE * SIDE)
for (let y = 2; y <= 6; y++) for (let x = 2; x <= 6; x++) map[4 * (y * SIDE + x) + 3] = 170

it('an outline is drawn where strong places end, and nowhere else', () => {
  const line = outlineOf(map, { width: SIDE, height: SIDE }, 1)
  const isDrawn = (x: number, y: number) => line[4 * (y * SIDE + x) + 3] > 0
  const rows = Array.from({ length: SIDE }, (_, y) =>
    Array.from({ length: SIDE }, (_, x) => (isDrawn(x, y) ? '#' : '.')).join(''),
  )
  expect(rows).toEqual([
    '.........',
    '.........',
    '..#####..',
    '..#...#..',
    '..#...#..',
    '..#...#..',
    '..#####..',
    '.........',
    '.........',
  ])
})
