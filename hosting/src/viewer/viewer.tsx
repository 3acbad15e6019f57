import type { Prediction } from '@zoidberg/client/client.ts'
import { type ReactNode, useEffect, useId, useState } from 'react'
import type { Film } from '../film.ts'
import { useSpeech } from '../words/speak.ts'
import { FilmFrame, type MapKind, type MapView } from './film-frame.tsx'
import { brightnessOf, contrastOf, WHOLE, type Window, withBrightness, withContrast } from './window.ts'
import { useZoom } from './zoom.ts'

type Props = {
  film: Film
  prediction?: Prediction
  /** Whether the decision that is shown is positive: at another threshold it may be another. */
  isPositive: boolean
  children?: ReactNode
}

const KINDS: MapKind[] = ['none', 'colours', 'outline']
const WORDS = { none: 'viewer.mapNone', colours: 'viewer.mapColours', outline: 'viewer.mapOutline' } as const

/** The film, what moves and windows it, and over it where the model saw what it answers. */
export function Viewer({ film, prediction, isPositive, children }: Props) {
  const { inSentence } = useSpeech()
  const [window, setWindow] = useState<Window>(WHOLE)
  const zoom = useZoom(film.url)
  /** What was asked for, about this film and this model and no other. */
  const [asked, setAsked] = useState<MapKind>()
  const [opacity, setOpacity] = useState(100)
  useEffect(() => setAsked(undefined), [prediction])
  useEffect(() => setWindow(WHOLE), [film.id])

  const explanation = prediction?.explanation
  const kind = explanation ? inSentence(explanation.label) : ''
  // Red spots over a healthy chest would read as findings.
  const view: MapView = { kind: asked ?? (isPositive ? 'colours' : 'none'), opacity }
  return (
    <figure className="viewer">
      <FilmFrame
        film={film}
        map={explanation && { png: explanation.png, label: kind }}
        view={view}
        window={window}
        zoom={zoom}
        onWindow={setWindow}
      />
      <figcaption>
        <Tools zoom={zoom} window={window} onWindow={setWindow} />
        {explanation && <MapTools view={view} onKind={setAsked} onOpacity={setOpacity} />}
        <p className="name">{film.name}</p>
        {explanation && view.kind !== 'none' && (
          <Legend kind={kind} hasColours={view.kind === 'colours'} isPositive={isPositive} />
        )}
        {children}
      </figcaption>
    </figure>
  )
}

type ToolsProps = { zoom: ReturnType<typeof useZoom>; window: Window; onWindow(window: Window): void }

function Tools({ zoom, window, onWindow }: ToolsProps) {
  const { t } = useSpeech()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a toolbar has no element of its own
    <div className="tools" role="group" aria-label={t('viewer.tools')}>
      <div className="buttons">
        <button
          type="button"
          aria-label={t('viewer.zoomIn')}
          title={t('viewer.zoomIn')}
          onClick={zoom.zoomIn}
        >
          +
        </button>
        <button
          type="button"
          aria-label={t('viewer.zoomOut')}
          title={t('viewer.zoomOut')}
          onClick={zoom.zoomOut}
        >
          −
        </button>
        <button type="button" onClick={zoom.fit}>
          {t('viewer.fit')}
        </button>
        <button
          type="button"
          aria-pressed={window.inverted}
          onClick={() => onWindow({ ...window, inverted: !window.inverted })}
        >
          {t('viewer.invert')}
        </button>
        <button
          type="button"
          onClick={() => {
            onWindow(WHOLE)
            zoom.fit()
          }}
        >
          {t('viewer.reset')}
        </button>
      </div>
      <Slider
        label={t('viewer.brightness')}
        value={brightnessOf(window)}
        onValue={(value) => onWindow(withBrightness(window, value))}
      />
      <Slider
        label={t('viewer.contrast')}
        value={contrastOf(window)}
        onValue={(value) => onWindow(withContrast(window, value))}
      />
    </div>
  )
}

function Slider({ label, value, onValue }: { label: string; value: number; onValue(value: number): void }) {
  return (
    <label className="slider">
      {label}
      <input
        type="range"
        min={0}
        max={100}
        value={value}
        onChange={({ target }) => onValue(Number(target.value))}
      />
    </label>
  )
}

type MapToolsProps = { view: MapView; onKind(kind: MapKind): void; onOpacity(opacity: number): void }

function MapTools({ view, onKind, onOpacity }: MapToolsProps) {
  const { t } = useSpeech()
  const name = useId()
  return (
    <fieldset className="map-tools">
      <legend>{t('viewer.map')}</legend>
      {KINDS.map((kind) => (
        <label key={kind}>
          <input type="radio" name={name} checked={view.kind === kind} onChange={() => onKind(kind)} />{' '}
          {t(WORDS[kind])}
        </label>
      ))}
      {view.kind !== 'none' && (
        <Slider label={t('viewer.opacity')} value={view.opacity} onValue={onOpacity} />
      )}
    </fieldset>
  )
}

type LegendProps = { kind: string; hasColours: boolean; isPositive: boolean }

function Legend({ kind, hasColours, isPositive }: LegendProps) {
  const { t } = useSpeech()
  return (
    <div className="legend">
      {hasColours && (
        <div>
          {t('viewer.legendNone')} <span className="scale" /> {t('viewer.legendStrong')}
        </div>
      )}
      <p>
        {t(isPositive ? 'viewer.legendPositive' : 'viewer.legendNegative', { kind })} {t('viewer.legendRest')}
      </p>
    </div>
  )
}
