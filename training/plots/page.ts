/** HTML pages of plots and tables that open without a network. */
import { escapeXml } from './image-grid.ts'

/** @returns a part of a page with its heading, which the contents name */
export const section = (title: string, body: string): string =>
  `<section id="${anchorOf(title)}"><h2>${title}</h2>${body}</section>`

const anchorOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

/** Links to the sections, where there are several. */
function contents(sections: readonly string[]): string {
  const titles = sections.flatMap((html) => html.match(/^<section id="[^"]+"><h2>(.*?)<\/h2>/)?.[1] ?? [])
  if (titles.length < 2) return ''
  const links = titles.map((title) => `<li><a href="#${anchorOf(title)}">${title}</a></li>`)
  return `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`
}

/** @returns plots side by side, as many in a row as fit */
export const row = (plots: string[]): string =>
  `<div class="row">${plots.map((svg) => `<figure>${svg}</figure>`).join('')}</div>`

/**
 * Writes a page without scripts, that opens without a network.
 *
 * @param title of the page
 * @param synthetic whether the figures are of phantoms, which the page then says
 * @param sections as HTML
 * @returns an HTML text
 */
export function page(title: string, synthetic: boolean, sections: string[]): string {
  const style = `body{font:15px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}pre{background:#f5f6f8;padding:1rem;overflow:auto;line-height:1.35}
figure{margin:1.5rem 0;overflow:auto}nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none}nav a{color:#0b5c94}section{overflow-x:auto}.row{display:flex;flex-wrap:wrap;gap:1rem}.row figure{margin:0}figure svg{max-width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:.35rem .6rem;text-align:right}td:first-child,th:first-child{text-align:left}`
  const note = synthetic
    ? '<p><strong>Trained on synthetic phantoms: the figures say nothing about X-rays.</strong></p>'
    : ''
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(title)}</title><style>${style}</style><h1>${escapeXml(title)}</h1><p>Not a medical device.</p>${note}${contents(sections)}${sections.join('\n')}</html>\n`
}
