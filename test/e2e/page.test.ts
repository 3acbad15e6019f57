/** The page in a real browser: what a person sees, on a screen, on a phone and by keyboard. */
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, SHOTS, violationsOn } from '../support/browser.ts'
import { DEFAULT_MODEL, PAGE, publishDefault } from '../support/emulators.ts'
import { colourPhoto } from '../support/images.ts'

const files = join(tmpdir(), `zoidberg-page-${process.pid}`)
const film = (name: string) => `${DEFAULT_MODEL}films/${name}.jpeg`
const FOR_RESEARCH = /^For research only, not a medical device\. .*nobody else\.$/
const SHARE = String.raw`((over|under) )?\d+\.\d %`

let browser: Browser
let id: string
beforeAll(async () => {
  id = await publishDefault()
  browser = await launch()
  await mkdir(files, { recursive: true })
  await mkdir(SHOTS, { recursive: true })
  await writeFile(join(files, 'photo.jpg'), await colourPhoto())
  await writeFile(join(files, 'notes.jpg'), 'not an image')
  await writeFile(join(files, 'large.jpg'), Buffer.alloc(10 * 1024 * 1024 + 1))
})
afterAll(() => browser.close())

/** Of each page that was opened. */
const violations: string[][] = []

async function open(width = 1280, height = 900): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } })
  violations.push(violationsOn(page))
  page.setDefaultTimeout(30_000)
  await page.goto(PAGE)
  await page.getByRole('combobox', { name: 'Model' }).waitFor()
  return page
}

const send = (page: Page, path: string) => page.setInputFiles('input[type=file]', path)
const labelled = (page: Page, kind: string) => page.getByRole('button', { name: `labelled ${kind}` }).first()

/** Whether all of it can be seen and nothing lies over it. */
const isInSight = (found: Locator) =>
  found.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    const middle = (left + right) / 2
    const isOnTop = (y: number) => element.contains(document.elementFromPoint(middle, y))
    return top >= 0 && bottom <= innerHeight && isOnTop(top + 2) && isOnTop(bottom - 2)
  })

describe('an answer', () => {
  it('to an uploaded file has words, bars, decision, model and map', async () => {
    const page = await open()
    await send(page, film('bacteria-1'))
    const label = page.getByTestId('label')
    await label.waitFor()
    expect(['BACTERIA', 'VIRUS']).toContain(await label.getAttribute('data-label'))
    const answer = await page.getByRole('region', { name: 'Answer' }).innerText()
    expect(answer).toMatch(
      new RegExp(
        `The probability of pneumonia is ${SHARE}, at or above the threshold of ${SHARE} \\(balanced\\)\\.`,
      ),
    )
    expect(answer).not.toContain('100.0 %')
    expect(answer).toContain(id)
    expect(await page.locator('.bars dt').allInnerTexts()).toEqual([
      'Normal',
      'Bacterial pneumonia',
      'Viral pneumonia',
    ])
    await page.screenshot({ path: join(SHOTS, 'upload.png') })
    await page.close()
  })

  it('of pneumonia shows its map at once, with what its colours mean', async () => {
    const page = await open()
    await send(page, film('bacteria-1'))
    await page.locator('img.map').waitFor()
    expect(await page.locator('.legend').innerText()).toMatch(
      /none\s+strong\s+Where the model sees signs of (bacterial|viral) pneumonia\. .*It is no outline of a disease\./s,
    )
    await page.getByRole('checkbox', { name: /^Show signs of (bacterial|viral) pneumonia$/ }).uncheck()
    expect(await page.locator('img.map').count()).toBe(0)
    expect(await page.locator('.legend').count()).toBe(0)
    await page.close()
  })

  it('under the threshold hides its map until it is asked for, and so does the next one', async () => {
    const page = await open()
    const isNormal = page.locator('[data-testid=label][data-label=NORMAL]')
    await send(page, film('normal-1'))
    await isNormal.waitFor()
    const box = page.getByRole('checkbox', {
      name: /^Show where the model would look for (bacterial|viral) pneumonia$/,
    })
    expect(await box.isChecked()).toBe(false)
    expect(await page.locator('img.map').count()).toBe(0)
    await box.check()
    await page.locator('img.map').waitFor()
    await page.getByText(/all of it together is too little for that answer\./).waitFor()
    await send(page, film('normal-2'))
    await page.getByRole('img', { name: 'normal-2.jpeg' }).waitFor()
    await isNormal.waitFor()
    expect(await page.locator('img.map').count()).toBe(0)
    await page.close()
  })

  it('is asked for over plain HTTPS, by a browser that names itself', async () => {
    const page = await open()
    const asked = page.waitForRequest('**/api/predict?*')
    await labelled(page, 'viral pneumonia').click()
    const request = await asked
    expect(request.method()).toBe('POST')
    expect(new URL(request.url()).searchParams.get('explain')).toBe('1')
    const headers = await request.allHeaders()
    expect(headers['x-zoidberg-caller']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['content-type']).toMatch(/^multipart\/form-data/)
    expect(headers['x-firebase-appcheck'], 'a token of the emulators').toMatch(/^ey[\w-]+\.ey[\w-]+\.$/)
    await page.getByTestId('label').waitFor()
    await page.close()
  })
})

describe('the gallery', () => {
  it('offers films by the label of their data set, and says whose they are', async () => {
    const page = await open()
    await page.getByRole('heading', { name: 'Or an X-ray the model was not trained on' }).waitFor()
    await page.getByText(/^Films: .*, CC BY 4\.0$/).waitFor()
    await labelled(page, 'viral pneumonia').click()
    await page.getByTestId('label').waitFor()
    await page.getByText(/^Sample \d+, labelled viral pneumonia$/).waitFor()
    await page.waitForLoadState('networkidle')
    const widths = await page
      .locator('.gallery img')
      .evaluateAll((all) => all.map((img) => (img as HTMLImageElement).naturalWidth))
    expect(widths.length).toBeGreaterThanOrEqual(12)
    expect(Math.min(...widths)).toBeGreaterThan(0)
    await page.screenshot({ path: join(SHOTS, 'sample.png'), fullPage: true })
    await page.close()
  })
})

describe('operating points', () => {
  it('are choices in plain words; another one answers anew', async () => {
    const page = await open()
    const points = page.getByRole('combobox', { name: 'Operating point' })
    expect(await points.getByRole('option').allInnerTexts()).toEqual([
      'balanced',
      'screening: miss few pneumonias',
      'rule-in: call few healthy sick',
    ])
    await labelled(page, 'normal').click()
    await page.getByText(/\(balanced\)/).waitFor()
    await points.selectOption('screening')
    await page.getByText(/\(screening\)/).waitFor()
    await page.close()
  })
})

describe('what the model is not', () => {
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ])
    it(`stays in sight at ${width} pixels, and covers no control`, async () => {
      const page = await open(width, height)
      const sentence = page.getByText(FOR_RESEARCH)
      const button = page.getByRole('button', { name: 'What was it judged on?' })
      for (const share of [0, 0.5, 1]) {
        await page.evaluate((part) => scrollTo(0, part * document.documentElement.scrollHeight), share)
        expect(await isInSight(sentence)).toBe(true)
        expect(await isInSight(button)).toBe(true)
      }
      await page.evaluate(() => scrollTo(0, 0))
      // Where the keyboard goes, the page scrolls so far that the bar does not hide it.
      for (const control of [
        page.getByRole('link', { name: 'Admin' }),
        page.locator('.gallery button').last(),
      ]) {
        await control.focus()
        expect(await isInSight(control)).toBe(true)
      }
      await page.close()
    })

  it('is told with the figures, which are optimistic', async () => {
    const page = await open(390, 844)
    await page.getByRole('button', { name: 'What was it judged on?' }).click()
    const dialog = page.getByRole('dialog', { name: 'What was it judged on?' })
    const text = await dialog.innerText()
    expect(text).toMatch(/judged on \d+ X-rays of \d+ patients that it was not trained on/)
    expect(text).toContain('chosen on these same images, so the figures are optimistic')
    expect(text).toMatch(/sensitivity\)\s+\d+\.\d %\s+\d+\.\d % to \d+(\.\d)? %/)
    expect(text).not.toContain('100.0 %')
    expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0)
    await page.screenshot({ path: join(SHOTS, 'judged.png') })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.close()
  })
})

describe('what goes wrong', () => {
  it('in a file is told with its name and no code', async () => {
    const page = await open()
    await send(page, join(files, 'photo.jpg'))
    await page.getByText('The image has colours').waitFor()
    await page.screenshot({ path: join(SHOTS, 'warning.png') })
    await send(page, join(files, 'notes.jpg'))
    expect(await page.getByRole('alert').innerText()).toBe(
      'notes.jpg is not an image that can be read. Export the X-ray as JPEG, PNG, WebP or DICOM and send that.',
    )
    expect(await page.getByTestId('label').count()).toBe(0)
    await page.screenshot({ path: join(SHOTS, 'error.png') })
    await page.close()
  })

  it('on the way is told with what to do, and the next try works', async () => {
    const page = await open()
    await page.route('**/api/predict?*', (route) => route.abort(), { times: 1 })
    await labelled(page, 'normal').click()
    expect(await page.getByRole('alert').innerText()).toBe(
      'The server cannot be reached. Check your connection and try again.',
    )
    await page.route('**/api/predict?*', (route) => route.fulfill({ status: 502, body: '<h1>Bad</h1>' }), {
      times: 1,
    })
    await labelled(page, 'normal').click()
    await page.getByText('The server gave no proper answer. Try again in a moment.').waitFor()
    await labelled(page, 'normal').click()
    await page.getByTestId('label').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.close()
  })

  it('with cards and gallery stops no answer, and the next image brings them', async () => {
    const page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    const busy = (path: string) =>
      page.route(`**/api/${path}`, (route) => route.fulfill({ status: 503, body: 'busy' }), { times: 1 })
    await busy('models')
    await busy('samples')
    await page.goto(PAGE)
    expect(await page.getByRole('alert').innerText()).toBe(
      'The server gave no proper answer. Try again in a moment.',
    )
    await page.getByText(/^For research only/).waitFor()
    await send(page, film('virus-1'))
    await page.getByTestId('label').waitFor()
    await page.getByRole('combobox', { name: 'Model' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.close()
  })

  it('with a file that is too large leaves no image, and no answer to another', async () => {
    const page = await open()
    await send(page, film('virus-1'))
    await page.getByTestId('label').waitFor()
    await send(page, join(files, 'large.jpg'))
    expect(await page.getByRole('alert').innerText()).toBe(
      'large.jpg is larger than 10 MB. Save it as a JPEG and send that.',
    )
    expect(await page.locator('.answer img').count()).toBe(0)
    expect(await page.getByTestId('label').count()).toBe(0)
    await page.close()
  })

  it('in the page itself is told', async () => {
    const page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    await page.route('**/assets/admin-*.js', (route) => route.fulfill({ status: 404, body: '' }))
    await page.goto(`${PAGE}/admin/`)
    expect(await page.getByRole('alert').innerText()).toMatch(/the page cannot go on\. Load it again$/)
    await page.close()
  })
})

describe('the page works', () => {
  it('where a browser lets nothing be stored', async () => {
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

  it('on a phone without sideways scrolling, and brings the answer into view', async () => {
    const page = await open(360, 740)
    await page.locator('.gallery button').first().click()
    const label = page.getByTestId('label')
    await label.waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    await expect.poll(() => isInSight(label)).toBe(true)
    await page.screenshot({ path: join(SHOTS, 'phone.png'), fullPage: true })
    await page.close()
  })

  it('by keyboard alone', async () => {
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

it('needs nothing that its Content-Security-Policy forbids', () => {
  expect(violations).not.toEqual([])
  expect(violations.flat()).toEqual([])
})
