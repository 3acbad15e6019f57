/** HTML pages of plots and tables that open without a network. */
import { escapeXml } from './image-grid.ts'

/** @returns a part of a page with its heading */
export const section = (title: string, body: string): string => `<section><h2>${title}</h2>${body}</section>`

/** @returns plots side by side, as many in a row as fit */
export const row = (plots: string[]): string =>
  `<div class="row">${plots.map((svg) => `<figure>${svg}</figure>`).join('')}</div>`

/**
 * Writes a page without scripts or links.
 *
 * @param title of the page
 * @param synthetic whether the figures are of phantoms, which the page then says
 * @param sections as HTML
 * @returns an HTML text
 */
export function page(title: string, synthetic: boolean, sections: string[]): string {
  const style = `body{font:15px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}pre{background:#f5f6f8;padding:1rem;overflow:auto;line-height:1.35}
figure{margin:1.5rem 0}.row{display:flex;flex-wrap:wrap;gap:1rem}.row figure{margin:0}figure svg{max-width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:.35rem .6rem;text-align:right}td:first-child,th:first-child{text-align:left}`
  const note = synthetic
    ? '<p><strong>Trained on synthetic phantoms: the figures say nothing about X-rays.</strong></p>'
    : ''
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeXml(title)}</title><style>${style}</style><h1>${escapeXml(title)}</h1><p>Not a medical device.</p>${note}${sections.join('\n')}</html>\n`
}
