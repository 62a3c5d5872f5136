import { useEffect, useRef } from 'react'
import type { MapEdge } from '../model/graph'
import { placesAlong, type Point } from '../model/layered'
import type { EdgePath } from './NearView'

const EDGES_MAX = 60
const SAMPLES = 40

interface Dot {
  element: SVGElement
  points: { x: number; y: number }[]
  phase: number
  speed: number
}

/** Dots that run along the busiest edges: more of them with more traffic, quicker with short answers, red diamonds for errors. */
export function Dots({ edges, paths }: { edges: MapEdge[]; paths: Map<string, EdgePath> }) {
  const group = useRef<SVGGElement>(null)
  const shown = [...edges].filter((e) => e.rps > 0).sort((a, b) => b.rps - a.rps).slice(0, EDGES_MAX)
  const key = shown.map((e) => `${e.id}${Math.round(Math.log2(1 + e.rps))}${(e.error ?? 0) > 0.01}`).join()
  useEffect(() => {
    const root = group.current
    if (!root) return
    const dots: Dot[] = []
    for (const edge of shown) {
      const path = paths.get(edge.id)
      if (path) dots.push(...make(root, edge, path.points))
    }
    let frame = 0
    const step = (now: number) => {
      for (const dot of dots) {
        const at = ((now / 1000) * dot.speed + dot.phase) % 1
        const p = dot.points[Math.min(SAMPLES, Math.floor(at * SAMPLES))]!
        const q = dot.points[Math.min(SAMPLES, Math.floor(at * SAMPLES) + 1)]!
        const f = (at * SAMPLES) % 1
        dot.element.setAttribute('transform', `translate(${(p.x + (q.x - p.x) * f).toFixed(1)} ${(p.y + (q.y - p.y) * f).toFixed(1)})`)
      }
      frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
    return () => {
      cancelAnimationFrame(frame)
      root.replaceChildren()
    }
    // Figures change every second; the dots are made anew only when that would show.
  }, [key, paths])
  return <g ref={group} className="dots" aria-hidden="true" />
}

function make(root: SVGGElement, edge: MapEdge, path: Point[]): Dot[] {
  const space = 'http://www.w3.org/2000/svg'
  const { places: points, length } = placesAlong(path, SAMPLES)
  const count = Math.min(4, 1 + Math.floor(Math.log2(1 + edge.rps) / 2))
  const speed = Math.min(0.8, Math.max(0.12, 0.55 / Math.sqrt(1 + (edge.p50 ?? 5) / 8))) * (200 / Math.max(120, length))
  return Array.from({ length: count }, (_, i) => {
    const failing = (edge.error ?? 0) > 0.005 && i === 0
    const element = document.createElementNS(space, failing ? 'path' : 'circle')
    if (failing) element.setAttribute('d', 'M0 -4.5L4.5 0L0 4.5L-4.5 0z')
    else element.setAttribute('r', '2.4')
    element.setAttribute('class', failing ? 'dot error' : 'dot')
    root.append(element)
    return { element, points, phase: i / count + (edge.rps % 1), speed }
  })
}
