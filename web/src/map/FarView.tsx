import { useEffect, useMemo, useRef, useState } from 'react'
import { nameOf, plural, rate } from '../model/format'
import { aggregate, budgetEdges, edgeHealth, EDGE_BUDGET, healthOf, type Graph, type MapEdge, type MapNode } from '../model/graph'
import type { Point } from '../model/layered'
import type { Packed } from '../model/pack'
import { t } from '../text'
import { fade, readColours, type Colours } from './colours'
import { usePanZoom, type Box } from './panzoom'
import { Renderer, type Circle, type Line } from './renderer'
import { ZoomButtons } from './ZoomButtons'

interface Props {
  graph: Graph
  packed: Packed
  selected: string
  theme: string
  differences: Map<string, 'added' | 'gone' | 'changed'> | null
  onSelect: (id: string) => void
  onOpen: (id: string) => void
  onBudget: (drawn: number, quiet: number) => void
}

/** Below this many px between neighbours the services of a namespace are seeds and only namespaces have edges. */
const NEAR_SPACING = 15
const SPACING = 22
const HOVER_EDGES_MAX = 300

/** The whole mesh from afar. Zooming in turns edges between namespaces into edges between services, and seeds into names. */
export function FarView(props: Props) {
  const { graph, packed, selected, theme, onSelect, onOpen } = props
  const frame = useRef<HTMLDivElement>(null)
  const painted = useRef<HTMLDivElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const renderer = useRef<Renderer | null>(null)
  const [broken, setBroken] = useState(false)
  const [hover, setHover] = useState('')
  const box = useMemo(() => boxOf(packed), [packed])
  const key = packed.discs.map((d) => `${d.group}${d.members}`).join()
  const { view, size, fit, zoom, handlers, isDragging } = usePanZoom(frame, box, key, 2)
  const colours = useMemo(readColours, [theme])
  const near = view.k * SPACING >= NEAR_SPACING
  const nodes = useMemo(() => new Map(graph.nodes.map((n) => [n.id, n])), [graph])
  const groups = useMemo(() => aggregate(graph, 'namespace'), [graph])
  const budget = useMemo(() => budgetEdges(near ? graph.edges : groups.edges, EDGE_BUDGET, new Set(props.differences?.keys())), [graph, groups, near, props.differences])
  const { onBudget } = props
  useEffect(() => onBudget(budget.drawn.length, (near ? graph.edges.length : groups.edges.length) - budget.drawn.length), [budget, onBudget, near, graph, groups])

  useEffect(() => {
    const taken = Renderer.take()
    renderer.current = taken
    setBroken(taken === null)
    if (taken) painted.current?.append(taken.canvas)
    return () => {
      renderer.current = null
      taken?.release()
    }
  }, [])

  useEffect(() => {
    if (!overlay.current || !renderer.current || size.width === 0) return
    const density = Math.min(2, window.devicePixelRatio || 1)
    for (const each of [renderer.current.canvas, overlay.current]) {
      const [w, h] = [Math.round(size.width * density), Math.round(size.height * density)]
      if (each.width !== w || each.height !== h) [each.width, each.height] = [w, h]
    }
    const active = hover || selected
    const touching = active ? graph.edges.filter((e) => e.source === active || e.destination === active).slice(0, HOVER_EDGES_MAX) : []
    const lit = new Set(touching.flatMap((e) => [e.source, e.destination]))
    const layers = {
      discs: packed.discs.map((d) => disc(d, groups.nodes.find((n) => n.id === d.group), colours, near)),
      lines: lines(budget.drawn, touching, near, packed, colours, active !== '', props.differences),
      nodes: circles(graph, packed, colours, active, lit, view.k),
    }
    renderer.current.draw(view, size.width, size.height, density, layers, colours.health.warn, colours.health.bad)
    labels(overlay.current, density, view, size, packed, nodes, groups.nodes, colours, near, active, lit)
  }, [view, size, colours, graph, groups, packed, nodes, budget, hover, selected, near, props.differences])

  const pick = (event: React.MouseEvent): string => {
    const rect = frame.current!.getBoundingClientRect()
    const [x, y] = [(event.clientX - rect.left - view.x) / view.k, (event.clientY - rect.top - view.y) / view.k]
    let [best, least] = ['', Math.max(SPACING * 0.6, 9 / view.k)]
    for (const [id, p] of packed.nodes) {
      const d = Math.hypot(p.x - x, p.y - y)
      if (d < least) [best, least] = [id, d]
    }
    return best
  }
  const node = nodes.get(hover)
  return (
    <div
      ref={frame}
      className="map-canvas"
      role="application"
      tabIndex={0}
      aria-label={t.map.canvas}
      {...handlers}
      onPointerMove={(e) => {
        handlers.onPointerMove(e)
        if (!isDragging()) setHover(pick(e))
      }}
      onPointerLeave={() => setHover('')}
      onClick={(e) => !isDragging() && onSelect(pick(e))}
      onDoubleClick={(e) => {
        const id = pick(e)
        if (id) onOpen(id)
      }}
    >
      <div ref={painted} />
      <canvas ref={overlay} className="map-labels" aria-hidden="true" />
      {broken && <div className="map-note">{t.map.noWebgl}</div>}
      {node && (
        <div className="map-tip" role="tooltip">
          <strong>{node.id}</strong> <span className="num dim">{rate(node.rps)}</span> {node.worst && <span className="warn">{node.worst}</span>}
        </div>
      )}
      <ZoomButtons fit={fit} zoom={zoom} />
    </div>
  )
}

function boxOf(packed: Packed): Box {
  const left = Math.min(0, ...packed.discs.map((d) => d.x - d.r))
  const top = Math.min(0, ...packed.discs.map((d) => d.y - d.r))
  const right = Math.max(1, ...packed.discs.map((d) => d.x + d.r))
  const bottom = Math.max(1, ...packed.discs.map((d) => d.y + d.r))
  return { x: left, y: top - 24, width: right - left, height: bottom - top + 24 }
}

function disc(d: Point & { r: number }, group: MapNode | undefined, colours: Colours, near: boolean): Circle {
  const health = healthOf(group?.score)
  const sick = health === 'bad' || health === 'warn'
  return { x: d.x, y: d.y, r: d.r, fill: fade(colours.surface, 0.85), ring: fade(sick ? colours.health[health] : colours.line, sick && !near ? 0.8 : 0.7), client: 0, server: 0, width: sick && !near ? 2 : 1 }
}

export function radiusOf(rps: number): number {
  return 3 + Math.min(6.5, Math.log2(1 + rps) * 0.75)
}

function circles(graph: Graph, packed: Packed, colours: Colours, active: string, lit: Set<string>, k: number): Circle[] {
  const list: Circle[] = []
  for (const node of graph.nodes) {
    const p = packed.nodes.get(node.id)
    if (!p) continue
    const health = healthOf(node.score)
    const on = active === '' || node.id === active || lit.has(node.id)
    const r = Math.max(radiusOf(node.rps), 2.2 / k)
    const strong = health === 'bad' || health === 'warn'
    const alpha = on ? (strong ? 1 : health === 'none' ? 0.5 : 0.78) : 0.14
    list.push({
      x: p.x, y: p.y, r: node.id === active ? r + 2 / k : strong ? Math.max(r, 3.5 / k) : r, fill: fade(colours.health[health], alpha),
      ring: node.id === active ? colours.accent : fade(colours.health[health], alpha), client: on ? node.clientErrors : 0, server: on ? node.serverErrors : 0, width: node.id === active ? 3 : k * r > 6 ? 2 : 0,
    })
  }
  return list
}

function lines(drawn: MapEdge[], touching: MapEdge[], near: boolean, packed: Packed, colours: Colours, active: boolean, differences: Props['differences']): Line[] {
  const place = near ? packed.nodes : new Map<string, Point>(packed.discs.map((d) => [d.group, d]))
  const list: Line[] = []
  const radius = near ? null : new Map(packed.discs.map((d) => [d.group, d.r]))
  const add = (edge: MapEdge, at: Map<string, Point>, alpha: number, rims: Map<string, number> | null) => {
    let [a, b] = [at.get(edge.source), at.get(edge.destination)]
    if (!a || !b) return
    if (rims) [a, b] = betweenRims(a, b, rims.get(edge.source) ?? 0, rims.get(edge.destination) ?? 0)
    const health = edgeHealth(edge)
    const difference = differences?.get(edge.id)
    const sick = health === 'bad' || health === 'warn'
    const tone = difference ? { added: colours.accent, gone: colours.health.none, changed: colours.health.warn }[difference] : sick ? colours.health[health] : colours.edge
    list.push({ ax: a.x, ay: a.y, bx: b.x, by: b.y, colour: fade(tone, difference ? 1 : differences ? alpha * 0.25 : sick ? Math.max(alpha, 0.85) : alpha), width: 1 + Math.min(4.5, Math.log2(1 + edge.rps) * 0.4), dashed: edge.protocol === 'tcp' || difference === 'gone' })
  }
  for (const edge of drawn) add(edge, place, active ? 0.12 : near ? 0.5 : 0.38, radius)
  for (const edge of touching) add(edge, packed.nodes, 0.95, null)
  return list
}

/** From rim to rim, so that edges between discs do not cross what is in them. */
function betweenRims(a: Point, b: Point, ra: number, rb: number): [Point, Point] {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const span = Math.hypot(dx, dy) || 1
  return [
    { x: a.x + (dx / span) * ra, y: a.y + (dy / span) * ra },
    { x: b.x - (dx / span) * rb, y: b.y - (dy / span) * rb },
  ]
}

function labels(
  canvas: HTMLCanvasElement, density: number, view: { x: number; y: number; k: number }, size: { width: number; height: number }, packed: Packed,
  nodes: Map<string, MapNode>, groups: MapNode[], colours: Colours, near: boolean, active: string, lit: Set<string>,
): void {
  const ink = canvas.getContext('2d')!
  ink.setTransform(density, 0, 0, density, 0, 0)
  ink.clearRect(0, 0, size.width, size.height)
  ink.textAlign = 'center'
  ink.lineJoin = 'round'
  ink.strokeStyle = colours.bg
  const taken: { l: number; t: number; r: number; b: number }[] = []
  const write = (text: string, x: number, y: number, font: string, colour: string, must = false): boolean => {
    ink.font = font
    const w = ink.measureText(text).width / 2 + 4
    const spot = { l: x - w, r: x + w, t: y - 12, b: y + 5 }
    if (spot.r < 0 || spot.l > size.width || spot.b < 0 || spot.t > size.height) return false
    if (!must && taken.some((o) => o.l < spot.r && spot.l < o.r && o.t < spot.b && spot.t < o.b)) return false
    taken.push(spot)
    ink.lineWidth = 3.5
    ink.strokeText(text, x, y)
    ink.fillStyle = colour
    ink.fillText(text, x, y)
    return true
  }
  const byId = new Map(groups.map((g) => [g.id, g]))
  for (const d of [...packed.discs].sort((a, b) => b.members - a.members)) {
    const [x, y] = [d.x * view.k + view.x, (d.y - d.r) * view.k + view.y - 6]
    const group = byId.get(d.group)
    const figures = group && !near && d.r * view.k > 46
    write(d.group, x, figures ? y - 14 : y, '600 12.5px "Inter Variable", sans-serif', colours.text)
    if (figures) write(`${plural(d.members, 'service')} · ${rate(group.rps)}`, x, y + 1, '11px "Inter Variable", sans-serif', colours.dim)
  }
  const name = (id: string, must: boolean) => {
    const p = packed.nodes.get(id)
    if (p) write(nameOf(id), p.x * view.k + view.x, p.y * view.k + view.y + radiusOf(nodes.get(id)?.rps ?? 0) * view.k + 13, '11.5px "Inter Variable", sans-serif', colours.text, must)
  }
  if (active) name(active, true)
  for (const id of lit) name(id, false)
  if (active) return
  const ranked = [...nodes.values()].map((n) => ({ id: n.id, weight: (healthOf(n.score) === 'bad' ? 1e9 : healthOf(n.score) === 'warn' ? 1e8 : 0) + n.rps }))
  for (const each of ranked.sort((a, b) => b.weight - a.weight).slice(0, near ? 400 : 14)) if (near || each.weight >= 1e8) name(each.id, false)
}
