/** The page in a real browser: what a person sees, on a screen, on a phone and by keyboard. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe, launch, SHOTS, violationsOn } from '../support/browser.ts'
import { DEFAULT_MODEL, PAGE, publishDefault } from '../support/emulators.ts'
import { colourPhoto } from '../support/images.ts'

const files = join(tmpdir(), `zoidberg-page-${process.pid}`)
const film = (name: string) => `${DEFAULT_MODEL}films/${name}.jpeg`
const FOR_RESEARCH = /^For research only, not a medical device\. .*nobody else\.$/
const SHARE = String.raw`((over|under) )?\d+\.\d\s%`

let browser: Browser
let id: string
beforeAll(async () => {
  id = await publishDefault()
  browser = await launch()
  await mkdir(files, { recursive: true })
  await mkdir(SHOTS, { recursive: true })
  await writeFile(join(files, 'photo.jpg'), await colourPhoto())
  await writeFile(join(files, 'notes.jpg'), 'not an image')
  const wide = sharp(await readFile(film('virus-1'))).resize(600, 300, { fit: 'fill' })
  await writeFile(join(files, 'wide.jpg'), await wide.jpeg().toBuffer())
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

type Shift = { value: number; moved: string[] }

/** Runs in the page: keeps each layout shift that nobody's input explains, and what it moved from which height to which. */
function recordShifts() {
  const shifts: Shift[] = []
  Object.assign(window, { shifts })
  type Source = { node?: Element; previousRect: DOMRect; currentRect: DOMRect }
  type Entry = { value: number; hadRecentInput: boolean; sources: Source[] }
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as unknown as Entry[])
      if (!hadRecentInput)
        shifts.push({
          value,
          moved: sources.map(
            ({ node, previousRect, currentRect }) =>
              `${node?.nodeName} ${node?.className} ${previousRect.y} to ${currentRect.y}`,
          ),
        })
  }).observe({ type: 'layout-shift', buffered: true })
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
    // One announcement for screen readers.
    expect(await page.locator('.answer [role=status]').allTextContents()).toEqual([
      expect.stringMatching(/^bacteria-1\.jpeg: (Bacterial|Viral) pneumonia, /),
    ])
    expect(answer).toMatch(
      new RegExp(
        `The probability of pneumonia is ${SHARE}, at or above the threshold of ${SHARE} \\(balanced\\)\\.`,
      ),
    )
    expect(answer).not.toMatch(/100\.0\s%/)
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
    await page.getByRole('radio', { name: 'outline' }).check()
    await page.locator('img.map[src^="data:image/png"]').waitFor()
    await page.screenshot({ path: join(SHOTS, 'outline.png') })
    await page.getByRole('radio', { name: 'none' }).check()
    await page.locator('img.map').waitFor({ state: 'detached' })
    expect(await page.locator('.legend').count()).toBe(0)
    await page.close()
  })

  it('under the threshold hides its map until it is asked for, and so does the next one', async () => {
    const page = await open()
    const isNormal = page.locator('[data-testid=label][data-label=NORMAL]')
    await send(page, film('normal-1'))
    await isNormal.waitFor()
    expect(await page.getByRole('radio', { name: 'none' }).isChecked()).toBe(true)
    expect(await page.locator('img.map').count()).toBe(0)
    await page.getByRole('radio', { name: 'colours' }).check()
    await page.locator('img.map').waitFor()
    await page.getByText(/all of it together is too little for that answer\./).waitFor()
    await send(page, film('normal-2'))
    await page.getByRole('img', { name: 'normal-2.jpeg' }).waitFor()
    await page.getByText('2 films: 2 answered').waitFor()
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
    await page.locator('.viewer .name', { hasText: /^Sample \d+, labelled viral pneumonia$/ }).waitFor()
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

it('answers every film where the site has a key for App Check and no accounts to open it with', async () => {
  const page = await browser.newPage()
  page.setDefaultTimeout(30_000)
  await page.route('**/__/firebase/init.json', (route) =>
    route.fulfill({ json: { projectId: 'demo-zoidberg' } }),
  )
  await page.goto(PAGE)
  await labelled(page, 'viral').click()
  await page.getByTestId('label').waitFor()
  await labelled(page, 'normal').click()
  await page.locator('[data-label=NORMAL]').waitFor()
  await page.close()
})

describe('the threshold', () => {
  it('is moved on the bar without asking again; the card says what it brings', async () => {
    const page = await open()
    let asked = 0
    page.on('request', (request) => {
      if (request.url().includes('/api/predict')) asked++
    })
    await labelled(page, 'normal').click()
    const label = page.locator('[data-testid=label]')
    await page.getByText(/\(balanced\)/).waitFor()
    const rates = page.getByTestId('rates')
    const balanced = await rates.innerText()
    expect(balanced).toMatch(
      /finds \d+\.\d\s% \(.* to .*\) of the ill and clears \d+\.\d\s% \(.* to .*\) of the healthy/,
    )
    await page.getByRole('button', { name: 'screening', exact: true }).click()
    await page.getByText(/\(screening\)/).waitFor()
    expect(await rates.innerText()).not.toBe(balanced)
    const bar = page.getByRole('slider', { name: 'Threshold' })
    await bar.fill('0')
    await page.getByText(/\(your own\)/).waitFor()
    expect(await label.getAttribute('data-label')).not.toBe('NORMAL')
    await bar.focus()
    await page.keyboard.press('End')
    expect(await label.getAttribute('data-label')).toBe('NORMAL')
    expect(asked).toBe(1)
    await page.close()
  })
})

describe('the viewer', () => {
  it('zooms, moves, inverts and windows by keyboard and by its buttons', async () => {
    const page = await open()
    await send(page, film('normal-1'))
    const moved = page.locator('.moved')
    const scale = () =>
      moved.evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a.toFixed(2))
    const frame = page.getByRole('group', { name: 'X-ray normal-1.jpeg' })
    await frame.focus()
    await page.keyboard.press('+')
    await expect.poll(scale).not.toBe('1.00')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('0')
    await expect.poll(scale).toBe('1.00')
    const slope = () => page.locator('feFuncR').first().getAttribute('slope')
    await page.keyboard.press('i')
    expect(Number(await slope())).toBe(-1)
    await page.getByRole('button', { name: 'Invert' }).click()
    expect(Number(await slope())).toBe(1)
    await page.getByRole('slider', { name: 'Contrast' }).fill('80')
    expect(Number(await slope())).toBeCloseTo(2.5, 1)
    await page.getByRole('button', { name: 'Reset' }).click()
    expect(Number(await slope())).toBe(1)
    await frame.hover()
    await page.keyboard.down('Shift')
    await page.mouse.down()
    await page.mouse.move(700, 250, { steps: 5 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    expect(Number(await slope())).not.toBe(1)
    expect(await scale()).toBe('1.00')
    await page.close()
  })

  it('lays the map over the film where that is not square', async () => {
    const page = await open()
    await send(page, join(files, 'wide.jpg'))
    await page.getByTestId('label').waitFor()
    await page.getByRole('radio', { name: 'colours' }).check()
    const boxes = await page
      .locator('.sheet img')
      .evaluateAll((all) =>
        all.map((img) => img.getBoundingClientRect()).map(({ width, height }) => [width, height]),
      )
    expect(boxes).toHaveLength(2)
    expect(boxes[0]).toEqual(boxes[1])
    expect(boxes[0][0] / boxes[0][1]).toBeCloseTo(2, 1)
    await page.close()
  })
})

describe('many files', () => {
  it('are a table, each with its own answer or error; sorted, saved, shown again, forgotten', async () => {
    const page = await open()
    await page.setInputFiles('input[type=file]', [
      film('bacteria-1'),
      film('normal-1'),
      join(files, 'notes.jpg'),
      film('virus-1'),
    ])
    await page.getByText('4 films: 3 answered, 1 not').waitFor()
    const table = page.getByRole('region', { name: 'This session' }).getByRole('table')
    const names = () => table.locator('tbody th').allInnerTexts()
    expect(await names()).toEqual(['bacteria-1.jpeg', 'normal-1.jpeg', 'notes.jpg', 'virus-1.jpeg'])
    await table.getByRole('button', { name: 'probability' }).click()
    expect((await names()).slice(0, 2)).toEqual(['notes.jpg', 'normal-1.jpeg'])
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as CSV' }).click()
    const csv = await readFile(await (await saving).path(), 'utf8')
    expect(csv.trim().split('\r\n')).toHaveLength(5)
    expect(csv).toMatch(/notes\.jpg,,.*is not an image that can be read/)
    await page.getByRole('button', { name: 'Show virus-1.jpeg' }).click()
    await page.getByRole('img', { name: 'virus-1.jpeg' }).waitFor()
    await page.getByRole('combobox', { name: 'Compare with another film' }).selectOption('normal-1.jpeg')
    await page.getByRole('group', { name: 'X-ray normal-1.jpeg' }).waitFor()
    await page.screenshot({ path: join(SHOTS, 'session.png'), fullPage: true })
    await page.getByRole('button', { name: 'Clear' }).click()
    expect(await page.getByRole('region', { name: 'This session' }).count()).toBe(0)
    await page.close()
  })
})

describe('your call', () => {
  it('hides the labels until the reader has decided, and has both scores on the same films', async () => {
    const page = await browser.newPage()
    violations.push(violationsOn(page))
    page.setDefaultTimeout(30_000)
    await page.goto(PAGE)
    await page.getByRole('link', { name: 'Your call?' }).click()
    await page.getByRole('button', { name: 'Start' }).click()
    const films = Number((await page.getByText(/^Film 1 of \d+$/).innerText()).split(' ').at(-1))
    expect(films).toBeGreaterThanOrEqual(12)
    expect(await page.locator('main').innerText()).not.toMatch(/bacterial|viral|The model says/i)
    for (let i = 1; i <= films; i++) {
      await page.getByText(`Film ${i} of ${films}`).waitFor()
      await page.getByRole('button', { name: 'Pneumonia', exact: true }).click()
      await page.getByText(/^The data set says/).waitFor()
      if (i === 2) {
        await page
          .getByText(/^The model has no answer to this film\. The server gave no proper answer/)
          .waitFor()
        await page.unroute('**/api/predict?*')
        await page.getByRole('button', { name: 'Try again' }).click()
      }
      await page.getByText(/^The model says/).waitFor()
      if (i === 1) await page.screenshot({ path: join(SHOTS, 'quiz.png') })
      // The second film meets a server that fails.
      if (i === 1)
        await page.route('**/api/predict?*', (route) => route.fulfill({ status: 500, body: 'broken' }))
      await page.getByRole('button', { name: i < films ? 'Next film' : 'See both scores' }).click()
    }
    const scores = await page.getByTestId('scores').innerText()
    // Two of three films are labelled ill, and all were called so.
    const right = Math.round((films * 2) / 3)
    expect(scores).toMatch(new RegExp(`you\\s+${right}/${films}`))
    expect(scores).toMatch(new RegExp(`the model\\s+\\d+/${films}`))
    expect(scores).toMatch(/the model on 1048 films of validation/)
    await page.screenshot({ path: join(SHOTS, 'quiz-scores.png') })
    await page.close()
  })
})

describe('in French', () => {
  it('all words are French, also those of answers and errors', async () => {
    const page = await open()
    await page.getByRole('combobox', { name: 'Language' }).selectOption('fr')
    await send(page, film('virus-1'))
    await page.getByTestId('label').waitFor()
    const text = await page.locator('body').innerText()
    expect(text).toMatch(/La probabilité de pneumonie est de (plus de )?\d+,\d\s%/)
    expect(text).not.toMatch(/\b(the|threshold|answer|Choose|Normal)\b/)
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    await send(page, join(files, 'notes.jpg'))
    await page.getByRole('alert').getByText('Ce fichier n’est pas une image lisible.').waitFor()
    await page.reload()
    await page.getByRole('combobox', { name: 'Modèle' }).waitFor()
    await page.screenshot({ path: join(SHOTS, 'french.png') })
    await page.close()
  })
})

describe('everybody', () => {
  for (const scheme of ['light', 'dark'] as const)
    it(`can use it: axe finds nothing in any state, ${scheme}`, async () => {
      const page = await browser.newPage({ colorScheme: scheme, reducedMotion: 'reduce' })
      page.setDefaultTimeout(30_000)
      await page.goto(PAGE)
      await page.locator('.gallery button').first().waitFor()
      expect(await axe(page), 'first visit').toEqual([])
      await page.setInputFiles('input[type=file]', [film('bacteria-1'), join(files, 'notes.jpg')])
      await page.getByText('2 films: 1 answered, 1 not').waitFor()
      expect(await axe(page), 'an answer and an error').toEqual([])
      await page.getByRole('button', { name: 'Show notes.jpg' }).click()
      await page.getByRole('alert').waitFor()
      expect(await axe(page), 'refused').toEqual([])
      await page.getByRole('button', { name: 'Model card' }).last().click()
      await page.locator('.drawing canvas').first().waitFor()
      expect(await axe(page), 'model card').toEqual([])
      await page.screenshot({ path: join(SHOTS, `card-${scheme}.png`) })
      await page.goto(`${PAGE}/quiz`)
      await page.getByRole('button', { name: 'Start' }).click()
      await page.getByRole('button', { name: 'Normal' }).click()
      await page.getByText(/^The data set says/).waitFor()
      expect(await axe(page), 'quiz').toEqual([])
      await page.close()
    })

  for (const width of [1280, 390])
    it(`keeps its place: nothing jumps at ${width} pixels while the page and an answer arrive`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 844 } })
      page.setDefaultTimeout(30_000)
      await page.addInitScript(recordShifts)
      await page.goto(PAGE)
      await page.locator('.gallery img').first().waitFor()
      await page.waitForLoadState('networkidle')
      await send(page, film('virus-1'))
      await page.getByTestId('label').waitFor()
      await page.waitForTimeout(500)
      const shifts: Shift[] = await page.evaluate(() => Reflect.get(window, 'shifts'))
      const sum = shifts.reduce((total, { value }) => total + value, 0)
      expect(sum, JSON.stringify(shifts)).toBeLessThan(0.05)
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
      const button = page.locator('.caution').getByRole('button', { name: 'Model card' })
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
    await page.locator('.caution').getByRole('button', { name: 'Model card' }).click()
    const dialog = page.getByRole('dialog', { name: 'Model card' })
    // Charts are drawn once their library is there.
    await dialog.locator('.drawing canvas').nth(1).waitFor()
    const text = await dialog.innerText()
    expect(text).toMatch(/judged on \d+ X-rays of \d+ patients that it was not trained on/)
    expect(text).toContain('chosen on these same images, so the figures are optimistic')
    expect(text).toMatch(/sensitivity\)\s+\d+\.\d\s%\s+\d+\.\d\s% to \d+(\.\d)?\s%/)
    expect(text).not.toMatch(/100\.0\s%/)
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
    const TRIES = 3
    await page.route('**/api/predict?*', (route) => route.abort(), { times: TRIES })
    await labelled(page, 'normal').click()
    await page.getByText(/^The server is busy\. Trying again in \d s/).waitFor()
    expect(await page.getByRole('alert').innerText()).toBe(
      'The server cannot be reached. Check your connection and try again.',
    )
    await page.route('**/api/predict?*', (route) => route.fulfill({ status: 502, body: '<h1>Bad</h1>' }), {
      times: 1,
    })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page
      .getByRole('alert')
      .getByText('The server gave no proper answer. Try again in a moment.')
      .waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByTestId('label').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.close()
  })

  it('slowly can be cancelled, and is asked again when somebody wants it', async () => {
    const page = await open()
    await page.route('**/api/predict?*', () => {}, { times: 1 })
    await labelled(page, 'normal').click()
    await page.getByText('This takes longer than it should.').waitFor()
    await page.screenshot({ path: join(SHOTS, 'slow.png') })
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Cancelled. Nothing was kept.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByTestId('label').waitFor()
    await page.close()
  })

  it('with the connection waits for it', async () => {
    const page = await open()
    await page.context().setOffline(true)
    await page.getByText(/^You are offline/).waitFor()
    await send(page, film('virus-1'))
    await page.getByRole('img', { name: 'virus-1.jpeg' }).waitFor()
    await page.screenshot({ path: join(SHOTS, 'offline.png') })
    await page.context().setOffline(false)
    await page.getByTestId('label').waitFor()
    await page.close()
  })

  it('with no model at all is told', async () => {
    const page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    await page.route('**/api/models', (route) => route.fulfill({ json: { models: [] } }))
    await page.goto(PAGE)
    await page.getByText('No model is published.').waitFor()
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
    expect(await page.locator('.answer .frame').count()).toBe(0)
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
    const isSample = () => page.evaluate(() => Boolean(document.activeElement?.closest('.gallery li')))
    let stops = 0
    for (; !(await isSample()) && stops < 20; stops++) await page.keyboard.press('Tab')
    expect(stops, 'stops before the first sample').toBeLessThan(15)
    await page.keyboard.press('Enter')
    await page.getByTestId('label').waitFor()
    await page.close()
  })
})

it('needs nothing that its Content-Security-Policy forbids', () => {
  expect(violations).not.toEqual([])
  expect(violations.flat()).toEqual([])
})
