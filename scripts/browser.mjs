// A Chromium for the browser tests: the system's, else one that playwright downloads.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './install.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Path of the browser. Throws an Error that names the remedy. */
export function findBrowser() {
  if (process.env.CHROME_PATH && existsSync(process.env.CHROME_PATH)) return process.env.CHROME_PATH
  for (const name of NAMES) {
    const found = spawnSync('which', [name], { encoding: 'utf8' })
    if (found.status === 0) return found.stdout.trim()
  }
  const { chromium } = createRequire(join(root, 'package.json'))('playwright-core')
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  console.error('Downloading Chromium for the browser tests …')
  try {
    execFileSync(
      process.execPath,
      [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'],
      { stdio: 'inherit' },
    )
    return chromium.executablePath()
  } catch {
    throw new Error('No browser: install Chromium, or set CHROME_PATH to one.')
  }
}
