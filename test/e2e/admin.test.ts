/** An admin's day in a real browser: sign in, start a run, watch it, compare, canary, promote, roll back. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { pushDataset } from '@zoidberg/training/dataset/push.ts'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { axe, launch, SHOTS, violationsOn } from '../support/browser.ts'
import { PAGE, publishDefault, signIn } from '../support/emulators.ts'

const EMAIL = 'day@example.com'

let browser: Awaited<ReturnType<typeof launch>>
let production: string
let root: string
beforeAll(async () => {
  production = await publishDefault()
  await signIn(EMAIL, true)
  await signIn('nobody@example.com', false)
  root = await mkdtemp(join(tmpdir(), 'zoidberg-admin-'))
  await writePhantoms(join(root, 'data'), { count: 60, seed: 1, size: { width: 64, height: 64 } })
  await pushDataset(join(root, 'data'), 'gs://demo-zoidberg.appspot.com/datasets/seen-by-admin')
  await mkdir(SHOTS, { recursive: true })
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  await publishDefault()
  await rm(root, { recursive: true })
})

/** Of each page that was opened. */
const violations: string[][] = []

async function open(email: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
  violations.push(violationsOn(page))
  page.setDefaultTimeout(45_000)
  await page.goto(`${PAGE}/admin`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  return page
}

it('tells somebody who is no admin how to become one, and shows nothing else', async () => {
  const page = await open('nobody@example.com')
  await page.getByText('npx zoidberg admin grant nobody@example.com').waitFor()
  await page.getByText('For research only, not a medical device.').waitFor()
  expect(await page.getByRole('region').count()).toBe(0)
  await page.close()
})

it('refuses a wrong password in plain words', async () => {
  const page = await browser.newPage()
  await page.goto(`${PAGE}/admin`)
  await page.getByLabel('E-mail').fill(EMAIL)
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page
    .getByText('This e-mail and password do not belong together. Try again, or ask whoever runs this server.')
    .waitFor()
  await page.close()
})

it('says so where the server has no accounts', async () => {
  const page = await browser.newPage()
  await page.route('**/__/firebase/init.json', (route) =>
    route.fulfill({ json: { projectId: 'demo-zoidberg' } }),
  )
  await page.goto(`${PAGE}/admin`)
  await page.getByText('This server has no accounts and no admin page.').waitFor()
  await page.getByText('For research only, not a medical device.').waitFor()
  expect(await page.getByLabel('Password').count()).toBe(0)
  await page.close()
})

it('starts a run, watches it, compares it, tries it as a canary, promotes it and rolls back', async () => {
  const page = await open(EMAIL)
  const channel = page.getByRole('article', { name: 'Channel production' })
  await channel.getByTestId('model').filter({ hasText: production }).waitFor()

  await page.getByLabel(/^Data set/).fill('seen-by-admin')
  await page.locator('select[name=model]').selectOption('mlp')
  await page.locator('[name=epochs]').fill('6')
  await page.locator('[name=size]').fill('32')
  expect(await page.getByTestId('forecast').innerText()).toMatch(
    /^60 images: under a minute at most at the pace of two cores, 0\.\d\d US dollars\.$/,
  )
  await page.getByLabel('also beside').check()
  const pressed = performance.now()
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByText('The run is queued.').waitFor()
  const run = page.getByRole('article', { name: /^Run / }).first()
  await run
    .getByText(/loading|training/)
    .first()
    .waitFor()
  console.log(`from button to first progress: ${((performance.now() - pressed) / 1000).toFixed(1)} s`)
  await page.screenshot({ path: join(SHOTS, 'admin-progress.png') })
  await run.getByText('succeeded').waitFor()
  await run.getByTestId('comparison').waitFor()
  await page.screenshot({ path: join(SHOTS, 'admin-compare.png'), fullPage: true })

  expect(await run.getByTestId('comparison').innerText()).toMatch(
    /^(Better than|Worse than|Differs from|No difference from|Not enough images to tell it from) default-/,
  )

  /** Presses a button that asks first, and the one that does it. @returns what was said in between */
  const confirm = async (button: Locator, act: RegExp) => {
    await button.click()
    const dialog = page.getByRole('dialog')
    const said = await dialog.innerText()
    await dialog.getByRole('button', { name: act }).click()
    return said
  }
  const promote = run.getByRole('button', { name: 'Promote', exact: true })

  await run.getByRole('button', { name: 'Canary', exact: true }).click()
  await page.getByRole('slider', { name: 'Share of the callers' }).fill('25')
  await page.getByRole('button', { name: /^Let mlp-.* answer 25 % of the callers$/ }).click()
  await channel
    .getByTestId('canary')
    .filter({ hasText: /mlp-.*25 %/ })
    .waitFor()
  await confirm(channel.getByRole('button', { name: 'End canary', exact: true }), /^End the canary of mlp-/)
  await channel.getByTestId('canary').filter({ hasText: 'none' }).waitFor()

  // Whoever presses Enter without reading has cancelled.
  await promote.click()
  await page.getByRole('dialog').waitFor()
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel')
  await page.screenshot({ path: join(SHOTS, 'admin-promote.png') })
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await channel.getByTestId('model').innerText()).toBe(production)

  const said = await confirm(promote, /^Promote mlp-/)
  expect(said).toContain(`${production} answers on the channel production.`)
  expect(said).toMatch(/Within 30 seconds mlp-\S+ answers everybody/)
  expect(said).toContain(await run.getByTestId('comparison').innerText())
  expect(said).toContain(`The audit trail keeps that ${EMAIL} did this`)
  expect(said).toContain(`Press Roll back. Then ${production} answers again.`)
  await channel.getByTestId('model').filter({ hasText: /^mlp-/ }).waitFor()
  await channel.getByText('Who moved it').click()
  await channel
    .getByText(/promote by day@example.com/)
    .first()
    .waitFor()
  await page.screenshot({ path: join(SHOTS, 'admin-promoted.png'), fullPage: true })
  await confirm(
    channel.getByRole('button', { name: 'Roll back', exact: true }),
    new RegExp(`^Roll back to ${production}$`),
  )
  await channel.getByTestId('model').filter({ hasText: production }).waitFor()

  await run.getByText(/^Loss after 6 epochs/).click()
  await run.locator('canvas').waitFor()
  await run.getByText('Settings').click()
  await page.screenshot({ path: join(SHOTS, 'admin-run.png'), fullPage: true })
  expect(await axe(page)).toEqual([])

  // What the page asked in other tests was counted by the same model.
  await channel.getByText(/^Does default-.* still answer as on validation\?$/).click()
  await channel
    .getByText(/of \d+ images of validation\.|no answers to compare/)
    .first()
    .waitFor()

  const models = page.getByRole('region', { name: 'Models' })
  for (const id of [/^mlp-/, /^default-/]) await models.getByRole('checkbox', { name: id }).first().check()
  await models.locator('canvas').nth(1).waitFor()
  await models.locator('li', { hasText: /mlp-/ }).first().getByRole('button', { name: 'Model card' }).click()
  await page.getByRole('dialog').getByText('How it was made').waitFor()
  await page.getByRole('dialog').getByText('learningRate').waitFor()
  await page.screenshot({ path: join(SHOTS, 'admin-model.png') })
  await page.getByRole('button', { name: 'Close' }).click()
  const saved = page.waitForEvent('download')
  await models
    .locator('li', { hasText: /mlp-/ })
    .first()
    .getByRole('button', { name: 'Save the report' })
    .click()
  expect(await readFile(await (await saved).path(), 'utf8')).toContain('<h2>Ranking</h2>')
  await page.screenshot({ path: join(SHOTS, 'admin-models.png'), fullPage: true })

  await page.getByRole('combobox', { name: 'Language' }).selectOption('fr')
  await page.getByRole('heading', { name: 'Lancer un travail' }).waitFor()
  await page.getByText('réussi').first().waitFor()
  await page.screenshot({ path: join(SHOTS, 'admin-french.png'), fullPage: true })
  await page.close()
})

it('cancels a run', async () => {
  const page = await open(EMAIL)
  await page.getByLabel(/^Data set/).fill('seen-by-admin')
  await page.locator('select[name=model]').selectOption('mlp')
  await page.locator('[name=epochs]').fill('1000')
  await page.locator('[name=size]').fill('32')
  await page.getByLabel('also beside').check()
  await page.getByRole('button', { name: 'Start' }).click()
  const run = page.getByRole('article', { name: /^Run / }).first()
  await run.getByText(/training \d+ of 1000/).waitFor()
  await run.getByRole('button', { name: 'Cancel' }).click()
  await run.getByText(`cancelled by ${EMAIL}`).waitFor()
  await page.close()
})

it('needs nothing that its Content-Security-Policy forbids', () => {
  expect(violations).not.toEqual([])
  expect(violations.flat()).toEqual([])
})
