import { useCallback, useEffect, useState } from 'react'
import { Answer } from './answer.tsx'
import {
  type Card,
  type Gallery,
  getCards,
  getGallery,
  type Prediction,
  predict,
  type Request,
  sampleUrl,
  toBase64,
} from './api.ts'
import { Picker } from './picker.tsx'
import { Settings } from './settings.tsx'

const MAX_FILE_BYTES = 10 * 1024 * 1024

/** What is shown and what to ask the backend for it. */
export type Chosen = { url: string; name: string; source: Pick<Request, 'image' | 'sample'> }

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export function App() {
  const [cards, setCards] = useState<Card[]>([])
  const [gallery, setGallery] = useState<Gallery>({ synthetic: false, samples: [] })
  const [model, setModel] = useState<string>()
  const [operatingPoint, setOperatingPoint] = useState<string>()
  const [chosen, setChosen] = useState<Chosen>()
  const [prediction, setPrediction] = useState<Prediction>()
  const [error, setError] = useState<string>()

  const load = useCallback(() => {
    getCards().then(
      (all) => (all.length > 0 ? setCards(all) : setError('No model is published.')),
      (cause) => setError(messageOf(cause)),
    )
    getGallery().then(setGallery, () => {}) // a page without a gallery still takes files
  }, [])
  useEffect(load, [load])

  const card =
    cards.find(({ id }) => id === model) ??
    cards.find(({ channels }) => channels.includes('production')) ??
    cards[0]

  const explain = card?.explains ?? true

  useEffect(() => {
    if (!chosen) return
    let isCurrent = true
    setPrediction(undefined)
    setError(undefined)
    predict({ ...chosen.source, model, operatingPoint, explain }).then(
      (result) => isCurrent && setPrediction(result),
      (cause) => isCurrent && setError(messageOf(cause)),
    )
    return () => {
      isCurrent = false
    }
  }, [chosen, explain, model, operatingPoint])

  useEffect(() => () => URL.revokeObjectURL(chosen?.url ?? ''), [chosen])

  function choose(next: Chosen) {
    if (cards.length === 0) load() // could not be had when the page was opened
    setChosen(next)
  }

  function refuse(message: string) {
    setChosen(undefined)
    setPrediction(undefined)
    setError(message)
  }

  async function chooseFile(file: File) {
    if (file.size > MAX_FILE_BYTES) {
      return refuse(`${file.name} is larger than 10 MB.`)
    }
    try {
      const image = await toBase64(file)
      choose({ url: URL.createObjectURL(file), name: file.name, source: { image } })
    } catch (cause) {
      refuse(messageOf(cause))
    }
  }

  return (
    <>
      <header>
        <h1>Zoidberg</h1>
        <p>Chest X-ray classifier for research. Not a medical device; never decide about a patient by it.</p>
      </header>
      <main>
        <section className="choose" aria-label="Choose an X-ray">
          <Picker
            gallery={gallery}
            chosen={chosen}
            onFile={chooseFile}
            onSample={(id, name) => choose({ url: sampleUrl(id), name, source: { sample: id } })}
          />
          <Settings
            cards={cards}
            card={card}
            operatingPoint={operatingPoint}
            onModel={(id) => {
              setModel(id)
              setOperatingPoint(undefined)
            }}
            onOperatingPoint={setOperatingPoint}
          />
        </section>
        <Answer chosen={chosen} prediction={prediction} error={error} />
      </main>
      <footer>
        <a href="/admin">Admin</a>
      </footer>
    </>
  )
}
