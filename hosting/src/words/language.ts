/** The language of the page, which the person chooses, or else the browser. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { remembered } from '../remembered.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'

export const LANGUAGES = { en: 'English', fr: 'Français' } as const
export type Language = keyof typeof LANGUAGES

const KEY = 'zoidberg-language'

const known = (language: string | null | undefined): Language | undefined =>
  Object.keys(LANGUAGES).find((code) => language?.startsWith(code)) as Language | undefined

/** Prepares the words; nothing is fetched, so that the first picture has them. */
export function startLanguage(): void {
  const language = known(remembered.read(KEY)) ?? known(navigator.language) ?? 'en'
  // Prepared at once, because the resources are here.
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, fr: { translation: fr } },
    interpolation: { escapeValue: false }, // React escapes
    initAsync: false,
  })
  nameDocument(language)
}

function nameDocument(language: Language): void {
  document.documentElement.lang = language
  document.title = i18next.t('app.title')
}

/** Changes the language, also of later visits. */
export function setLanguage(language: Language): void {
  remembered.write(KEY, language)
  void i18next.changeLanguage(language).then(() => nameDocument(language))
}
