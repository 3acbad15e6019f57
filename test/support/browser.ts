/** A real Chromium, and where its screenshots go. */
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
