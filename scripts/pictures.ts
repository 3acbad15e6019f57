/**
 * `npm run pictures -- --data DIR`: takes the pictures of README and docs/ from the running product. The page shows a film
 * that ships with the model; the admin page a run on the X-rays of DIR, without which it keeps the picture it has.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { findBrowser } from './lib/browser.ts'
import { runInEmulators } from './lib/emulators.ts'
import { main } from './lib/fail.ts'
import { build, installForTraining, root } from './lib/install.ts'
import { freePorts } from './lib/ports.ts'

const SAMPLE = 17 // the first film of a viral pneumonia

await main(async () => {
  const { data } = parseArgs({ options: { data: { type: 'string' } } }).values
  await installForTraining()
  build()
  process.env.CHROME_PATH = findBrowser()
  await takePage()
  if (!data) return 0
  const script = join(root, 'scripts/lib/admin-picture.ts')
  return runInEmulators(`node --disable-warning=ExperimentalWarning ${script} ${JSON.stringify(data)}`)
})

async function takePage(): Promise<void> {
  const { page: port } = await freePorts(['page'])
  const server = spawn(process.execPath, [join(root, 'scripts/start.ts'), '--port', String(port)], {
    cwd: root,
  })
  try {
    for await (const line of createInterface(server.stdout)) if (line.startsWith('Zoidberg: ')) break
    const { open } = await import('./lib/camera.ts')
    const { browser, page } = await open(`http://127.0.0.1:${port}`, { width: 1200, height: 820 })
    await page.getByRole('button', { name: new RegExp(`Sample ${SAMPLE}\\b`) }).click()
    await page.getByTestId('label').waitFor()
    await page.locator('.map').waitFor()
    await page.evaluate('scrollTo(0, 0)')
    await page.screenshot({ path: join(root, 'docs/page.png') })
    await browser.close()
  } finally {
    server.kill()
  }
}
