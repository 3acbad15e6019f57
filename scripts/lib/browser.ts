/** A Chromium for the browser tests: the system's, else one that playwright downloads. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Unmet } from './fail.ts'
import { root } from './install.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * @returns the path of the browser
 * @throws Unmet naming the remedy
 */
export function findBrowser(): string {
  if (process.env.CHROME_PATH && existsSync(process.env.CHROME_PATH)) return process.env.CHROME_PATH
  for (const name of NAMES) {
    const found = spawnSync('which', [name], { encoding: 'utf8' })
    if (found.status === 0) return found.stdout.trim()
  }
  const { chromium } = createRequire(join(root, 'package.json'))('playwright-core')
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  console.error('Downloading Chromium for the browser tests …')
  try {
    const install = [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']
    execFileSync(process.execPath, install, { stdio: 'ignore' })
    return chromium.executablePath()
  } catch {
    throw new Unmet('Chromium is not installed and cannot be downloaded: install it, or set CHROME_PATH')
  }
}
