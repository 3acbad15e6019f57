/** Vega-Lite specifications in the page's colours, without `eval`, which the page's policy forbids. */
import { parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile, type TopLevelSpec } from 'vega-lite'

const WIDTH = 300
const HEIGHT = 260

/** @returns the view, to be finalized by the caller */
export async function draw(spec: object, box: HTMLElement): Promise<View> {
  const style = getComputedStyle(box)
  const [text, line, accent] = ['--text', '--line', '--accent'].map((name) =>
    style.getPropertyValue(name).trim(),
  )
  const config = {
    background: 'transparent',
    font: style.fontFamily,
    view: { stroke: line },
    axis: { labelColor: text, titleColor: text, gridColor: line, domainColor: line, tickColor: line },
    title: { color: text },
    line: { color: accent },
    point: { color: accent },
    circle: { color: accent },
    rule: { color: accent },
    text: { color: text },
    legend: { labelColor: text, titleColor: text },
    range: {
      category: [accent, '#f0883e', '#3fb950', '#bc8cff', '#e5534b', '#2ea7b8', '#b8860b', '#8b949e'],
    },
  }
  const width = Math.min(WIDTH, box.clientWidth - 70)
  const { spec: compiled } = compile({ ...spec, width, height: HEIGHT, config } as TopLevelSpec)
  const view = new View(parse(compiled, undefined, { ast: true }), {
    renderer: 'canvas',
    container: box,
    expr: expressionInterpreter,
    hover: true,
  })
  await view.runAsync()
  return view
}
