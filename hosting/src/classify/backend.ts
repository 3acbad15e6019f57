/** What the backend offers: models by their cards, and films to try. */
import type { Card, Gallery } from '@zoidberg/core/contract/card.ts'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getCards, getGallery } from '../api.ts'
import { wordsOfTrouble } from '../words/trouble.ts'

/** What is asked of a channel is answered by the model that the channel names. */
export const PRODUCTION = 'production'

/**
 * Loads both, and the cards again where a channel may have moved while the page was out of sight.
 *
 * @param onError hears why there are no cards, and `undefined` once there are some
 * @returns both, undefined while they are on the way; `load` tries again, and `isKnown` once the cards came or failed
 */
export function useBackend(onError: (words: string | undefined) => void) {
  const { t } = useTranslation()
  const [cards, setCards] = useState<Card[]>()
  const [gallery, setGallery] = useState<Gallery>()
  const [isKnown, setKnown] = useState(false)
  const load = useCallback(() => {
    getCards()
      .then(
        (all) => {
          setCards(all)
          onError(all.length > 0 ? undefined : t('errors.noModel'))
        },
        (cause) => onError(wordsOfTrouble(t, cause)),
      )
      .then(() => setKnown(true))
    getGallery().then(setGallery, () => setGallery({ synthetic: false, samples: [] }))
  }, [onError, t])
  useEffect(load, [load])
  useEffect(() => {
    const keep = () => {} // what is there stays
    const look = () => {
      if (document.visibilityState === 'visible')
        getCards().then((all) => all.length > 0 && setCards(all), keep)
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return { cards, gallery, isKnown, load }
}
