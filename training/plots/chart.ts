/** Vega-Lite specifications to SVG, without a browser. */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

export const COLOURS = ['#1f6f9f', '#d9622b', '#3a8f4d', '#8a4fa3', '#b8860b', '#555555']

const CONFIG = {
  background: 'white',
  font: 'sans-serif',
  axis: { labelFontSize: 11, titleFontSize: 12, gridColor: '#e6e6e6' },
  title: { fontSize: 14, anchor: 'start' as const },
  range: { category: COLOURS },
}

/** The size of one panel, in pixels, and the axis of a share. */
export const PANEL = { width: 340, height: 300 }
export const UNIT = { domain: [0, 1] }

/**
 * Renders a chart. Data must be inline: nothing is ever fetched.
 *
 * @returns an SVG text
 */
export async function toSvg(spec: object): Promise<string> {
  const { spec: compiled } = compile({ ...spec, config: CONFIG } as TopLevelSpec)
  const view = new View(parse(compiled), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return withTooltips(svg)
}

/** Marks say what they show to screen readers; a pointer gets the same. A line only knows where it begins. */
const withTooltips = (svg: string): string =>
  svg.replaceAll(
    /<(\w+)( aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="(?!line mark)[^>]*)\/>/g,
    '<$1$2><title>$3</title></$1>',
  )
