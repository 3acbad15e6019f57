/** What Hosting tells of the site that the page is served from. */
import { askJson } from './http.ts'

type Config = Record<string, string>
let config: Promise<Config> | undefined

/**
 * Reads the site's Firebase configuration; asks again after a failure.
 *
 * @throws PlainError
 */
export function siteConfig(): Promise<Config> {
  config ??= askJson<Config>('/__/firebase/init.json')
  config.catch(() => {
    config = undefined
  })
  return config
}

/** @returns whether anybody can sign in; `npm start` has no accounts */
export const hasAccounts = async (): Promise<boolean> => Boolean((await siteConfig()).apiKey)
