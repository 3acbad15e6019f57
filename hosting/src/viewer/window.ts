/** Brightness and contrast as radiology has them: which grays become black and white. Pure. */

/**
 * @property level the gray in the middle
 * @property width how many grays lie between black and white
 */
export type Window = { level: number; width: number; inverted: boolean }

export const WHOLE: Window = { level: 127.5, width: 255, inverted: false }
const LEVELS = { min: 0, max: 255 }
const WIDTHS = { min: 10, max: 510 }

const within = (value: number, { min, max }: { min: number; max: number }): number =>
  Math.min(max, Math.max(min, value))

/** @returns another window, kept where something can be seen */
export const windowOf = ({ level, width, inverted }: Window): Window => ({
  level: within(level, LEVELS),
  width: within(width, WIDTHS),
  inverted,
})

/** @returns slope and intercept of what maps a gray value of 0..1 to what is shown */
export function lineOf({ level, width, inverted }: Window): { slope: number; intercept: number } {
  const slope = 255 / width
  const intercept = 0.5 - slope * (level / 255)
  return inverted ? { slope: -slope, intercept: 1 - intercept } : { slope, intercept }
}

/** @returns brightness from dark (0) to bright (100), 50 as the film is */
export const brightnessOf = ({ level }: Window): number => Math.round(100 - (level / 255) * 100)
/** @returns the window of another brightness, from 0 to 100 */
export const withBrightness = (window: Window, brightness: number): Window =>
  windowOf({ ...window, level: ((100 - brightness) / 100) * 255 })

/** @returns contrast from flat (0) to hard (100), 50 as the film is */
export const contrastOf = ({ width }: Window): number => Math.round(100 - (width / WIDTHS.max) * 100)
/** @returns the window of another contrast, from 0 to 100 */
export const withContrast = (window: Window, contrast: number): Window =>
  windowOf({ ...window, width: ((100 - contrast) / 100) * WIDTHS.max })
