/** Zoom and pan of one film, by mouse, touch and keyboard. */
import createPanzoom, { type PanzoomObject } from '@panzoom/panzoom'
import { useEffect, useRef } from 'react'

const MAX_SCALE = 8
/** The library measures the film to keep it in its frame, and would measure wrongly while it moves. */
const AT_ONCE = { animate: false }
const STEP = 40 // pixels that an arrow key moves

/** @returns a reference for the element that moves, and what moves it */
export function useZoom(url: string) {
  const element = useRef<HTMLDivElement>(null)
  const panzoom = useRef<PanzoomObject>(undefined)
  useEffect(() => {
    const moved = element.current
    const frame = moved?.parentElement
    if (!moved || !frame) return
    const made = createPanzoom(moved, {
      maxScale: MAX_SCALE,
      minScale: 1,
      contain: 'outside',
      panOnlyWhenZoomed: true,
      cursor: 'grab',
      ...AT_ONCE,
      // A film that is whole lets the page scroll under a finger.
      handleStartEvent: (event: Event) => made.getScale() > 1 && event.preventDefault(),
      touchAction: 'pan-y pinch-zoom',
    })
    panzoom.current = made
    const wheel = (event: WheelEvent) => {
      // As in maps: the page scrolls, unless a key is held or the film is zoomed already.
      if (event.ctrlKey || event.metaKey || made.getScale() > 1) made.zoomWithWheel(event)
    }
    frame.addEventListener('wheel', wheel, { passive: false })
    return () => {
      frame.removeEventListener('wheel', wheel)
      made.destroy()
    }
  }, [url])

  const zoomIn = () => panzoom.current?.zoomIn(AT_ONCE)
  const zoomOut = () => panzoom.current?.zoomOut(AT_ONCE)
  const fit = () => panzoom.current?.reset(AT_ONCE)
  const move = (x: number, y: number) => panzoom.current?.pan(x * STEP, y * STEP, { relative: true })
  /** @returns whether a key of the frame meant something */
  function press(key: string): boolean {
    const moves: Record<string, () => unknown> = {
      '+': zoomIn,
      '=': zoomIn,
      '-': zoomOut,
      '0': fit,
      ArrowLeft: () => move(1, 0),
      ArrowRight: () => move(-1, 0),
      ArrowUp: () => move(0, 1),
      ArrowDown: () => move(0, -1),
    }
    if (!Object.hasOwn(moves, key)) return false
    moves[key]()
    return true
  }
  return { element, zoomIn, zoomOut, fit, press }
}
