import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import type { View } from './renderer'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

const K_MIN = 0.05
const K_MAX = 4

/** Pan by drag and arrows, zoom by wheel and keys, fit to a box. The box is fitted again while nobody has moved the view. */
export function usePanZoom(ref: RefObject<HTMLElement | null>, box: Box, boxKey: string, maxFit = 1.15) {
  /** Where somebody moved the view to, of the box with that key. */
  const [moved, setMoved] = useState<{ view: View; boxKey: string } | null>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null)

  // Measured before the first painting, so that nothing is made for a view that nobody sees.
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measured = (width: number, height: number) => setSize((s) => (s.width === width && s.height === height ? s : { width, height }))
    measured(element.clientWidth, element.clientHeight)
    const observer = new ResizeObserver(([entry]) => entry && measured(entry.contentRect.width, entry.contentRect.height))
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])

  const fitted = useMemo((): View => {
    const pad = 36
    const k = Math.max(K_MIN, Math.min(maxFit, (size.width - 2 * pad) / Math.max(1, box.width), (size.height - 2 * pad) / Math.max(1, box.height)))
    return { k, x: (size.width - box.width * k) / 2 - box.x * k, y: (size.height - box.height * k) / 2 - box.y * k }
  }, [box.x, box.y, box.width, box.height, size.width, size.height, maxFit])

  const view = moved?.boxKey === boxKey ? moved.view : fitted
  const move = useCallback((to: (from: View) => View) => setMoved((m) => ({ view: to(m?.boxKey === boxKey ? m.view : fitted), boxKey })), [boxKey, fitted])
  const fit = useCallback(() => setMoved(null), [])
  const zoomAt = useCallback((factor: number, px: number, py: number) => {
    move((v) => {
      const k = Math.max(K_MIN, Math.min(K_MAX, v.k * factor))
      return { k, x: px - ((px - v.x) * k) / v.k, y: py - ((py - v.y) * k) / v.k }
    })
  }, [move])
  const zoom = useCallback((factor: number) => zoomAt(factor, size.width / 2, size.height / 2), [zoomAt, size.width, size.height])
  const pan = useCallback((dx: number, dy: number) => move((v) => ({ ...v, x: v.x + dx, y: v.y + dy })), [move])

  useEffect(() => {
    const element = ref.current
    if (!element) return
    // React listens passively; a wheel that also scrolled the page would be of no use.
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const rect = element.getBoundingClientRect()
      zoomAt(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX - rect.left, event.clientY - rect.top)
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [ref, zoomAt])

  const handlers = {
    onPointerDown: (event: React.PointerEvent) => {
      if (event.button !== 0) return
      drag.current = { x: event.clientX, y: event.clientY, moved: false }
    },
    onPointerMove: (event: React.PointerEvent) => {
      const d = drag.current
      if (!d) return
      const [dx, dy] = [event.clientX - d.x, event.clientY - d.y]
      if (!d.moved && Math.hypot(dx, dy) < 4) return
      if (!d.moved) event.currentTarget.setPointerCapture(event.pointerId)
      d.moved = true
      d.x = event.clientX
      d.y = event.clientY
      pan(dx, dy)
    },
    onPointerUp: () => {
      const moved = drag.current?.moved ?? false
      drag.current = moved ? { x: 0, y: 0, moved: true } : null
      if (moved) setTimeout(() => (drag.current = null))
    },
    onKeyDown: (event: React.KeyboardEvent) => {
      const step = 60
      const keys: Record<string, () => void> = {
        ArrowLeft: () => pan(step, 0),
        ArrowRight: () => pan(-step, 0),
        ArrowUp: () => pan(0, step),
        ArrowDown: () => pan(0, -step),
        '+': () => zoom(1.25),
        '=': () => zoom(1.25),
        '-': () => zoom(0.8),
        '0': fit,
      }
      const act = event.ctrlKey || event.metaKey ? undefined : keys[event.key]
      if (act) {
        event.preventDefault()
        act()
      }
    },
  }
  return { view, size, fit, zoom, handlers, isDragging: () => drag.current?.moved ?? false }
}
