/** A real Chromium, and where its screenshots go. */
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

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
