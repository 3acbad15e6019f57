import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react'
import type { Film } from '../film.ts'
import { useSpeech } from '../words/speak.ts'
import { drawOutline } from './outline.ts'
import { lineOf, type Window, windowOf } from './window.ts'
import type { useZoom } from './zoom.ts'

export type MapKind = 'none' | 'colours' | 'outline'
export type MapView = { kind: MapKind; opacity: number }

type Props = {
  film: Film
  map?: { png: string; label: string }
  view: MapView
  window: Window
  zoom: ReturnType<typeof useZoom>
  onWindow(window: Window): void
}

/** Grays that a pixel of dragging is worth. */
const GRAYS_A_PIXEL = 0.8

/** One film that can be zoomed, moved and windowed, and the map over it. */
export function FilmFrame({ film, map, view, window, zoom, onWindow }: Props) {
  const { t } = useSpeech()
  const filter = `window${useId().replaceAll(':', '')}`
  const [isShown, setShown] = useState(film.url !== '')
  useEffect(() => setShown(film.url !== ''), [film.url])
  /** Width by height: the frame stays square, so that nothing jumps. */
  const [ratio, setRatio] = useState(1)
  const outline = useOutline(view.kind === 'outline' ? map?.png : undefined)
  const drag = useWindowing(window, onWindow)
  const { slope, intercept } = lineOf(window)
  const overlay = view.kind === 'colours' && map ? `data:image/png;base64,${map.png}` : outline

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'i' || event.key === 'I') onWindow({ ...window, inverted: !window.inverted })
    else if (!zoom.press(event.key)) return
    event.preventDefault()
  }

  if (!isShown) return <p className="hint frame not-shown">{t('viewer.notShown')}</p>
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of one picture with keys of its own, no fieldset
    <div
      className="frame"
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the viewer belong to the film
      tabIndex={0}
      aria-label={t('viewer.region', { name: film.name })}
      aria-describedby={`${filter}-help`}
      onKeyDown={press}
      {...drag}
    >
      <svg className="defs" aria-hidden="true">
        <filter id={filter} colorInterpolationFilters="sRGB">
          <feComponentTransfer>
            <feFuncR type="linear" slope={slope} intercept={intercept} />
            <feFuncG type="linear" slope={slope} intercept={intercept} />
            <feFuncB type="linear" slope={slope} intercept={intercept} />
          </feComponentTransfer>
        </filter>
      </svg>
      <div ref={zoom.element} className="moved">
        <div className="sheet" style={{ aspectRatio: ratio, width: `${100 * Math.min(1, ratio)}%` }}>
          <img
            src={film.url}
            alt={film.name}
            draggable={false}
            style={{ filter: `url(#${filter})` }}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
              setRatio(naturalWidth / naturalHeight || 1)
            }
            onError={() => setShown(false)}
          />
          {overlay && map && (
            <img
              className="map"
              src={overlay}
              alt={t('viewer.mapOf', { kind: map.label })}
              draggable={false}
              style={{ opacity: view.opacity / 100 }}
            />
          )}
        </div>
      </div>
      <p id={`${filter}-help`} hidden>
        {t('viewer.help')}
      </p>
    </div>
  )
}

function useOutline(png: string | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    setUrl(undefined)
    if (!png) return
    let isCurrent = true
    drawOutline(png).then(
      (drawn) => isCurrent && setUrl(drawn),
      () => {}, // the film is there without it
    )
    return () => {
      isCurrent = false
    }
  }, [png])
  return url
}

/** Shift and drag: up is brighter, to the right is harder. */
function useWindowing(window: Window, onWindow: (window: Window) => void) {
  const from = useRef<{ x: number; y: number; window: Window }>(undefined)
  return {
    onPointerDownCapture(event: PointerEvent<HTMLDivElement>) {
      if (!event.shiftKey) return
      event.stopPropagation()
      event.preventDefault()
      event.currentTarget.setPointerCapture(event.pointerId)
      from.current = { x: event.clientX, y: event.clientY, window }
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      if (!from.current) return
      const { x, y, window: start } = from.current
      onWindow(
        windowOf({
          ...start,
          level: start.level + GRAYS_A_PIXEL * (clientY - y),
          width: start.width - 2 * GRAYS_A_PIXEL * (clientX - x),
        }),
      )
    },
    onPointerUp: () => {
      from.current = undefined
    },
  }
}
