/** A browser that takes pictures of pages. */
import { type Browser, chromium, type Page } from 'playwright-core'

/** @returns the browser, which must be closed, with a page open at an address */
export async function open(
  address: string,
  viewport: { width: number; height: number },
): Promise<{ browser: Browser; page: Page }> {
  const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: ['--no-sandbox'] })
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' })
  await page.goto(address)
  return { browser, page }
}
