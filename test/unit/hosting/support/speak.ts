/** What says the page's words in a test, as i18next does on the page. */
import i18next, { type TFunction } from 'i18next'
import { en } from '../../../../hosting/src/words/en.ts'
import { fr } from '../../../../hosting/src/words/fr.ts'

const words = i18next.createInstance()
await words.init({
  resources: { en: { translation: en }, fr: { translation: fr } },
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
})

/** @returns what says the words of a language */
export const speaking = (language: 'en' | 'fr'): TFunction => words.getFixedT(language)
