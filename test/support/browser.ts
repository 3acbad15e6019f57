/** A real Chromium, and where its screenshots go. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

export const SHOTS = join(import.meta.dirname, '../../test-results')

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROME_PATH, args: FLAGS })

/** @returns what the Content-Security-Policy has forbidden on a page until now, kept up to date */
export function violationsOn(page: Page): string[] {
  const violations: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text())
  })
  return violations
}

/**
 * Looks for what keeps people out, by the rules of github.com/dequelabs/axe-core.
 *
 * @returns a line for each finding: the rule, and the first element that breaks it
 */
export async function axe(page: Page): Promise<string[]> {
  // Handed to the browser's debugger: the page's own policy lets no script in.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  return page.evaluate(async () => {
    type Found = { violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }
    const { violations } = (await Reflect.get(window, 'axe').run()) as Found
    return violations.map(
      ({ id, nodes: [first] }) => `${id}: ${first.target.join(' ')}: ${first.failureSummary}`,
    )
  })
}
