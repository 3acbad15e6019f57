import { useEffect, useRef, useState } from 'react'
import { useSpeech } from '../words/speak.ts'

/** A chart of the reports, drawn here; its library is loaded when the first chart is opened. */
export function Chart({ spec, title }: { spec: object; title: string }) {
  const { t } = useSpeech()
  const box = useRef<HTMLDivElement>(null)
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    let view: { finalize(): void } | undefined
    let isCurrent = true
    import('./draw.ts')
      .then(async ({ draw }) => {
        if (!isCurrent || !box.current) return
        view = await draw(spec, box.current)
        if (!isCurrent) view.finalize()
      })
      .catch(() => isCurrent && setFailed(true))
    return () => {
      isCurrent = false
      view?.finalize()
    }
  }, [spec])
  return (
    <figure className="chart" aria-label={title}>
      <figcaption>{title}</figcaption>
      {hasFailed ? <p className="hint">{t('card.chartFailed')}</p> : <div ref={box} className="drawing" />}
    </figure>
  )
}
