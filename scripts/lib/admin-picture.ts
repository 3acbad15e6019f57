/** Inside emulators: trains a small network on the X-rays of a folder through the admin page, and takes its picture. */
import { join } from 'node:path'
import { pushDataset } from '@zoidberg/training/dataset/push.ts'
import { open } from './camera.ts'
import { root } from './install.ts'
import { seed } from './seed.ts'

const MINUTES = 10

const [data] = process.argv.slice(2)
await seed()
await pushDataset(data, 'gs://demo-zoidberg.appspot.com/datasets/chest_xray')
const { browser, page } = await open(`${process.env.ZOIDBERG_PAGE}/admin`, { width: 1280, height: 1100 })
page.setDefaultTimeout(60_000 * MINUTES)
await page.getByLabel('E-mail').fill('admin@example.com')
await page.getByLabel('Password').fill('emulator')
await page.getByRole('button', { name: 'Sign in' }).click()
await page.getByLabel(/^Data set/).fill('chest_xray')
await page.locator('select[name=model]').selectOption('cnn')
await page.locator('[name=epochs]').fill('4')
await page.getByRole('button', { name: 'Start' }).click()
await page.getByTestId('comparison').waitFor()
await page.evaluate('scrollTo(0, 0)')
await page.screenshot({ path: join(root, 'docs/admin.png') })
await browser.close()
process.exit(0)
