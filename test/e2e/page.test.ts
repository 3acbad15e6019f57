/** The page in a real browser: what a person sees, on a screen, on a phone and by keyboard. */
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, SHOTS } from '../support/browser.ts'
import { PAGE, publishDefault } from '../support/emulators.ts'
import { colourPhoto, phantom } from '../support/images.ts'

const files = join(tmpdir(), `zoidberg-page-${process.pid}`)

let browser: Browser
let id: string
beforeAll(async () => {
  id = await publishDefault()
  browser = await launch()
  await mkdir(files, { recursive: true })
  await mkdir(SHOTS, { recursive: true })
  await writeFile(join(files, 'phantom.jpg'), await phantom('BACTERIA', 480))
  await writeFile(join(files, 'photo.jpg'), await colourPhoto())
  await writeFile(join(files, 'notes.jpg'), 'not an image')
  await writeFile(join(files, 'large.jpg'), Buffer.alloc(10 * 1024 * 1024 + 1))
})
afterAll(() => browser.close())

async function open(width = 1280, height = 900): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } })
  page.setDefaultTimeout(30_000)
  await page.goto(PAGE)
  await page.getByRole('combobox', { name: 'Model' }).waitFor()
  return page
}

describe('the page', () => {
  it('answers an uploaded file: words, bars, decision, model, map', async () => {
    const page = await open()
    await page.setInputFiles('input[type=file]', join(files, 'phantom.jpg'))
    const label = page.getByTestId('label')
    await label.waitFor()
    expect(['NORMAL', 'BACTERIA', 'VIRUS']).toContain(await label.getAttribute('data-label'))
    const answer = await page.getByRole('region', { name: 'Answer' }).innerText()
    expect(answer).toMatch(
      /Probability of pneumonia \d+\.\d %, (at or above|below) the threshold of \d+\.\d % \(balanced\)/,
    )
    expect(answer).toContain(id)
    expect(await page.locator('.bars dt').allInnerTexts()).toEqual([
      'Normal',
      'Bacterial pneumonia',
      'Viral pneumonia',
    ])
    expect(await page.locator('img.map').isVisible()).toBe(true)
    await page.screenshot({ path: join(SHOTS, 'upload.png') })
    await page.getByLabel(/show evidence/).uncheck()
    expect(await page.locator('img.map').count()).toBe(0)
    await page.close()
  })

  it('offers phantoms as what they are, and another operating point answers anew', async () => {
    const page = await open()
    await page.getByRole('heading', { name: /synthetic phantom \(a drawing, no X-ray\)/ }).waitFor()
    await page.locator('.gallery button').nth(8).click()
    await page.getByTestId('label').waitFor()
    await page.getByRole('combobox', { name: 'Operating point' }).selectOption('screening')
    await page.getByText(/\(screening\)/).waitFor()
    await page.waitForLoadState('networkidle')
    const widths = await page
      .locator('.gallery img')
      .evaluateAll((all) => all.map((img) => (img as HTMLImageElement).naturalWidth))
    expect(widths).toEqual(new Array(12).fill(480))
    await page.screenshot({ path: join(SHOTS, 'sample.png'), fullPage: true })
    await page.close()
  })

  it('shows warnings, and errors that name the culprit', async () => {
    const page = await open()
    await page.setInputFiles('input[type=file]', join(files, 'photo.jpg'))
    await page.getByText('The image has colours').waitFor()
    await page.screenshot({ path: join(SHOTS, 'warning.png') })
    await page.setInputFiles('input[type=file]', join(files, 'notes.jpg'))
    expect(await page.getByRole('alert').innerText()).toContain('is not an image')
    expect(await page.getByTestId('label').count()).toBe(0)
    await page.screenshot({ path: join(SHOTS, 'error.png') })
    await page.close()
  })

  it('answers although cards and gallery could not be had, and has them with the next image', async () => {
    const page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    const busy = (path: string) =>
      page.route(`**/api/${path}`, (route) => route.fulfill({ status: 503, body: 'busy' }), { times: 1 })
    await busy('models')
    await busy('samples')
    await page.goto(PAGE)
    expect(await page.getByRole('alert').innerText()).toContain('The server answers with 503')
    await page.setInputFiles('input[type=file]', join(files, 'phantom.jpg'))
    await page.getByTestId('label').waitFor()
    await page.getByRole('combobox', { name: 'Model' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.close()
  })

  it('shows no image, and no answer to another, beside the refusal of a file that is too large', async () => {
    const page = await open()
    await page.setInputFiles('input[type=file]', join(files, 'phantom.jpg'))
    await page.getByTestId('label').waitFor()
    await page.setInputFiles('input[type=file]', join(files, 'large.jpg'))
    expect(await page.getByRole('alert').innerText()).toBe('large.jpg is larger than 10 MB.')
    expect(await page.locator('.answer img').count()).toBe(0)
    expect(await page.getByTestId('label').count()).toBe(0)
    await page.close()
  })

  it('answers where a browser lets nothing be stored', async () => {
    const page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    await page.addInitScript(() =>
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError')
        },
      }),
    )
    await page.goto(PAGE)
    await page.locator('.gallery button').first().click()
    await page.getByTestId('label').waitFor()
    await page.close()
  })

  it('says that it cannot go on where a part of it is gone', async () => {
    const page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    await page.route('**/assets/admin-*.js', (route) => route.fulfill({ status: 404, body: '' }))
    await page.goto(`${PAGE}/admin/`)
    expect(await page.getByRole('alert').innerText()).toMatch(/The page cannot go on: .*Load it again/s)
    await page.close()
  })

  it('works on a phone without sideways scrolling', async () => {
    const page = await open(360, 740)
    await page.locator('.gallery button').first().click()
    await page.getByTestId('label').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    await page.screenshot({ path: join(SHOTS, 'phone.png'), fullPage: true })
    await page.close()
  })

  it('works by keyboard alone', async () => {
    const page = await open()
    await page.locator('.gallery button').first().waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).type)).toBe('file')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByTestId('label').waitFor()
    await page.close()
  })
})
