import type { Card, Gallery, Prediction } from '@zoidberg/client/client.ts'
import { useCallback, useEffect, useState } from 'react'
import { Answer } from './answer.tsx'
import { getCards, getGallery, getSample, predict, sampleUrl } from './api.ts'
import { Caution, knownTo } from './caution.tsx'
import type { Chosen } from './chosen.ts'
import { wordsOf } from './errors.ts'
import { Judged } from './judged.tsx'
import { Picker } from './picker.tsx'
import { Settings } from './settings.tsx'

const MAX_FILE_BYTES = 10 * 1024 * 1024

/** The page that answers for one X-ray. */
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
      (cause) => setError(wordsOf(cause)),
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
    const request = new AbortController()
    const { signal } = request
    setPrediction(undefined)
    setError(undefined)
    chosen
      .image()
      .then((image) => predict(image, chosen.file, { model, operatingPoint, explain }, signal))
      .then(
        (result) => signal.aborted || setPrediction(result),
        (cause) => signal.aborted || setError(wordsOf(cause)),
      )
    return () => request.abort()
  }, [chosen, explain, model, operatingPoint])

  useEffect(() => () => URL.revokeObjectURL(chosen?.url ?? ''), [chosen])

  function choose(next: Chosen) {
    if (cards.length === 0) load() // could not be had when the page was opened
    setPrediction(undefined) // not for a moment beside another image
    setError(undefined)
    setChosen(next)
  }

  function refuse(message: string) {
    setChosen(undefined)
    setPrediction(undefined)
    setError(message)
  }

  async function chooseFile(file: File) {
    const { name } = file
    if (file.size > MAX_FILE_BYTES)
      return refuse(`${name} is larger than 10 MB. Save it as a JPEG and send that.`)
    try {
      // Read now: a file that is gone later would look like a server that cannot be reached.
      const image = new Blob([await file.arrayBuffer()], { type: file.type })
      choose({ url: URL.createObjectURL(image), name, file: name, image: async () => image })
    } catch {
      refuse(`${name} cannot be read. Choose it again.`)
    }
  }

  function chooseSample(sample: string, number: number, name: string) {
    choose({
      url: sampleUrl(sample),
      name,
      file: `sample-${number}.jpeg`,
      sample,
      image: () => getSample(sample),
    })
  }

  return (
    <>
      <header>
        <h1>Zoidberg</h1>
        <p>It tells pneumonia from normal on chest X-rays. Never decide about a patient by it.</p>
      </header>
      <main>
        <section className="choose" aria-label="Choose an X-ray">
          <Picker gallery={gallery} chosen={chosen} onFile={chooseFile} onSample={chooseSample} />
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
      <Caution>
        <p>For research only, not a medical device. {card && knownTo(card)}</p>
        {card && <Judged card={card} />}
      </Caution>
    </>
  )
}
