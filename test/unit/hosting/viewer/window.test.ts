import { describe, expect, it } from 'vitest'
import {
  brightnessOf,
  contrastOf,
  lineOf,
  WHOLE,
  windowOf,
  withBrightness,
  withContrast,
} from '../../../../hosting/src/viewer/window.ts'

const shown = (window = WHOLE) => {
  const { slope, intercept } = lineOf(window)
  return (gray: number) => 255 * (slope * (gray / 255) + intercept)
}

describe('a window', () => {
  it('that is whole changes nothing, and inverts when told to', () => {
    expect([0, 100, 255].map(shown())).toEqual([0, 100, 255].map((gray) => expect.closeTo(gray, 6)))
    expect([0, 100, 255].map(shown({ ...WHOLE, inverted: true }))).toEqual(
      [255, 155, 0].map((gray) => expect.closeTo(gray, 6)),
    )
  })
  it('shows its grays from black to white', () => {
    const narrow = shown({ level: 100, width: 50, inverted: false })
    expect([75, 100, 125].map(narrow)).toEqual([0, 127.5, 255].map((gray) => expect.closeTo(gray, 6)))
  })
  it('is moved by sliders, which show where it is', () => {
    expect([brightnessOf(WHOLE), contrastOf(WHOLE)]).toEqual([50, 50])
    expect(brightnessOf(withBrightness(WHOLE, 80))).toBe(80)
    expect(contrastOf(withContrast(WHOLE, 70))).toBe(70)
    expect(shown(withBrightness(WHOLE, 80))(100)).toBeGreaterThan(100)
  })
  it('never shows nothing', () =>
    expect(windowOf({ level: -50, width: 0, inverted: false })).toEqual({
      level: 0,
      width: 10,
      inverted: false,
    }))
})
