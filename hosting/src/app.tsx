import { useEffect, useState } from 'react'
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

  useEffect(() => {
    getCards().then(
      (all) => (all.length > 0 ? setCards(all) : setError('No model is published.')),
      (cause) => setError(messageOf(cause)),
    )
    getGallery().then(setGallery, () => {})
  }, [])

  const card =
    cards.find(({ id }) => id === model) ??
    cards.find(({ channels }) => channels.includes('production')) ??
    cards[0]

  useEffect(() => {
    if (!chosen || !card) return
    let isCurrent = true
    setPrediction(undefined)
    setError(undefined)
    predict({ ...chosen.source, model, operatingPoint, explain: card.explains }).then(
      (result) => isCurrent && setPrediction(result),
      (cause) => isCurrent && setError(messageOf(cause)),
    )
    return () => {
      isCurrent = false
    }
  }, [chosen, card, model, operatingPoint])

  async function chooseFile(file: File) {
    if (file.size > MAX_FILE_BYTES) {
      setPrediction(undefined)
      setError(`${file.name} is larger than 10 MB.`)
      return
    }
    try {
      const image = await toBase64(file)
      setChosen({ url: URL.createObjectURL(file), name: file.name, source: { image } })
    } catch (cause) {
      setError(messageOf(cause))
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
            onSample={(id, name) => setChosen({ url: sampleUrl(id), name, source: { sample: id } })}
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
