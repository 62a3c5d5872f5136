import { memo, useMemo, useRef, useState } from 'react'
import { ms, nameOf, percent, rate } from '../model/format'
import { edgeHealth, healthOf, type Graph, type MapEdge, type MapNode } from '../model/graph'
import { pathOf, type Placed, type Point } from '../model/layered'
import { t } from '../text'
import { Dots } from './Dots'
import { usePanZoom } from './panzoom'
import { useLayout } from './useLayout'
import { ZoomButtons } from './ZoomButtons'

interface Props {
  graph: Graph
  drawn: MapEdge[]
  selected: string
  root: string
  animate: boolean
  versions: boolean
  differences: Map<string, 'added' | 'gone' | 'changed'> | null
  onSelect: (id: string) => void
  onOpen: (id: string) => void
}

export const CARD_WIDTH = 200
export const CARD_HEIGHT = 54
const VERSION_HEIGHT = 18
const LABELS_MAX = 40

const heightOf = (node: MapNode, versions: boolean) => CARD_HEIGHT + (node.badges.length > 0 ? 16 : 0) + (versions && node.versions.length > 1 ? VERSION_HEIGHT : 0)

/** Few enough services to read each: cards in layers, callers left, what they lean on right. */
export function NearView({ graph, drawn, selected, root, animate, versions, differences, onSelect, onOpen }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState('')
  const nodes = useMemo(() => graph.nodes.map((n) => ({ id: n.id, width: CARD_WIDTH, height: heightOf(n, versions) })), [graph.nodes, versions])
  const links = useMemo(() => drawn.map((e) => ({ id: e.id, source: e.source, target: e.destination, weight: 1 })), [drawn])
  const laidOut = useLayout(nodes, links)
  const box = { x: 0, y: 0, width: laidOut?.width ?? 1, height: laidOut?.height ?? 1 }
  const { view, size, fit, zoom, handlers, isDragging } = usePanZoom(frame, box, `${root}|${graph.nodes.length}`)
  // Texts are set anew when their scale changes, so there are none before it is known.
  const placed = size.width > 0 ? laidOut : null
  const paths = useMemo(() => pathsOf(drawn, placed), [drawn, placed])
  const active = hover || selected
  const lit = useMemo(() => litBy(active, drawn), [active, drawn])
  const out = useMemo(() => outgoing(graph.edges), [graph.edges])
  const connections = useMemo(() => openTo(graph.edges), [graph.edges])
  return (
    <div ref={frame} className="map-canvas" {...handlers} role="group" tabIndex={0} aria-label={t.map.canvas} onClick={() => !isDragging() && onSelect('')}>
      <svg className="near" width="100%" height="100%">
        <g transform={`translate(${view.x} ${view.y}) scale(${view.k})`}>
          {drawn.map((edge) => {
            const path = paths.get(edge.id)
            return (
              path && (
                <Edge key={edge.id} edge={edge} path={path} on={lit === null || lit.edges.has(edge.id)} strong={edge.id === active} difference={differences?.get(edge.id)} compared={differences !== null}
                  label={edge.id === active || (lit?.edges.has(edge.id) ?? false) || drawn.length <= LABELS_MAX} onSelect={onSelect} onHover={setHover} />
              )
            )
          })}
          {animate && placed && <Dots edges={drawn} paths={paths} />}
          {graph.nodes.map((node) => {
            const at = placed?.nodes.get(node.id)
            return at && <Card key={node.id} node={node} out={node.rps > 0 ? 0 : (out.get(node.id) ?? 0)} connections={connections.get(node.id) ?? 0} at={at} height={heightOf(node, versions)} versions={versions} selected={node.id === selected} root={node.id === root} on={lit === null || lit.nodes.has(node.id)} onSelect={onSelect} onOpen={onOpen} onHover={setHover} />
          })}
        </g>
      </svg>
      <ZoomButtons fit={fit} zoom={zoom} />
    </div>
  )
}

/** Connections without exchanges that are open to a service: a database's clients keep theirs. */
function openTo(edges: MapEdge[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const edge of edges) if (edge.rps === 0 && edge.active > 0) sums.set(edge.destination, (sums.get(edge.destination) ?? 0) + edge.active)
  return sums
}

/** What a service sends: all that can be said of one that nobody calls. */
function outgoing(edges: MapEdge[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const edge of edges) sums.set(edge.source, (sums.get(edge.source) ?? 0) + edge.rps)
  return sums
}

export interface EdgePath {
  d: string
  points: Point[]
  middle: Point
  end: Point
}

function pathsOf(edges: MapEdge[], placed: Placed | null): Map<string, EdgePath> {
  const paths = new Map<string, EdgePath>()
  if (!placed) return paths
  for (const edge of edges) {
    const route = placed.edges.get(edge.id)
    if (!route) continue
    const end = route.points[route.points.length - 1]!
    // Room for the arrow head.
    const back = route.points[route.points.length - 2]!.x > end.x ? 7 : -7
    const points = [...route.points.slice(0, -1), { x: end.x + back, y: end.y }]
    const half = (points.length - 1) / 2
    const [a, b] = [points[Math.floor(half)]!, points[Math.ceil(half)]!]
    paths.set(edge.id, { d: pathOf(points), points, middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, end: points[points.length - 1]! })
  }
  return paths
}

function litBy(active: string, edges: MapEdge[]): { nodes: Set<string>; edges: Set<string> } | null {
  if (active === '') return null
  const lit = { nodes: new Set<string>([active]), edges: new Set<string>() }
  for (const edge of edges) {
    if (edge.id === active || edge.source === active || edge.destination === active) {
      lit.edges.add(edge.id)
      lit.nodes.add(edge.source)
      lit.nodes.add(edge.destination)
    }
  }
  return lit.edges.size > 0 ? lit : null
}

const Edge = memo(function Edge({ edge, path, on, strong, label, difference, compared, onSelect, onHover }: {
  edge: MapEdge; path: EdgePath; on: boolean; strong: boolean; label: boolean; difference: 'added' | 'gone' | 'changed' | undefined; compared: boolean; onSelect: (id: string) => void; onHover: (id: string) => void
}) {
  const health = edgeHealth(edge)
  const tone = difference ? `diff-${difference}` : compared ? 'dimmed' : health === 'bad' || health === 'warn' ? health : 'calm'
  const width = 1.2 + Math.min(4, Math.log2(1 + edge.rps) * 0.5)
  const plain = edge.mutualTls < 1 && (edge.requests > 0 || edge.active > 0)
  const sick = health === 'bad' || health === 'warn'
  const { middle, end } = path
  return (
    <g className={`edge ${tone} ${on ? '' : 'off'} ${strong ? 'strong' : ''}`} data-edge={edge.id} data-requests={edge.requests} onClick={(e) => { e.stopPropagation(); onSelect(edge.id) }} onPointerEnter={() => onHover(edge.id)} onPointerLeave={() => onHover('')}>
      <path className="hit" d={path.d} />
      <path className="line" d={path.d} strokeWidth={width} strokeDasharray={edge.protocol === 'tcp' || difference === 'gone' ? '6 4' : undefined} />
      <path className="head" d={`M${end.x + 7} ${end.y}l-8 -4v8z`} />
      {(label || sick) && (
        <text className="edge-label num" x={middle.x} y={middle.y - 5}>
          {edge.rps === 0 && edge.active > 0 ? t.map.connections(edge.active) : rate(edge.rps)}
          {edge.error != null && edge.error >= 0.001 && <tspan className={sick ? health : ''}> · {percent(edge.error)}</tspan>}
        </text>
      )}
      {plain && (
        <g className="lock" transform={`translate(${middle.x - 7} ${middle.y + 3})`}>
          <title>{t.map.openEnded}</title>
          <rect x="-2" y="-1" width="18" height="17" rx="4" />
          <path d="M3 7h8v6H3zM5 7V4.6a2.2 2.2 0 0 1 4.2-.9" />
        </g>
      )}
    </g>
  )
})

const Card = memo(function Card({ node, out, connections, at, height, versions, selected, root, on, onSelect, onOpen, onHover }: {
  node: MapNode; out: number; connections: number; at: Point; height: number; versions: boolean; selected: boolean; root: boolean; on: boolean; onSelect: (id: string) => void; onOpen: (id: string) => void; onHover: (id: string) => void
}) {
  const measured = healthOf(node.score, node.success == null ? null : 1 - node.success)
  const health = measured === 'none' && connections > 0 ? 'good' : measured
  const [x, y] = [at.x - CARD_WIDTH / 2, at.y - height / 2]
  const outside = node.kind !== 'service' && node.kind !== 'group'
  return (
    <g
      className={`card ${health} ${on ? '' : 'off'} ${selected ? 'selected' : ''} ${root ? 'root' : ''} ${outside ? 'outside' : ''}`}
      transform={`translate(${x} ${y})`}
      role="button"
      tabIndex={0}
      data-node={node.id}
      aria-label={`${node.id}, ${t.health[health]}, ${rate(node.rps)}`}
      aria-pressed={selected}
      onClick={(e) => { e.stopPropagation(); onSelect(node.id) }}
      onDoubleClick={() => onOpen(node.id)}
      onKeyDown={(e) => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); e.stopPropagation(); onSelect(node.id) } }}
      onPointerEnter={() => onHover(node.id)}
      onPointerLeave={() => onHover('')}
    >
      <rect className="body" width={CARD_WIDTH} height={height} rx="9" />
      <Ring node={node} health={health} />
      <text className="card-name" x="44" y="22">
        {clip(node.kind === 'service' ? nameOf(node.id) : node.label, 17)}
      </text>
      <text className="card-figures num" x="44" y="40">
        {node.rps > 0 ? (
          <>
            {rate(node.rps)}
            <tspan dx="7" className={health === 'bad' || health === 'warn' ? health : 'quiet'}>
              {percent(node.success)}
            </tspan>
            {node.p99 != null && node.p99 < 1e5 && (
              <tspan dx="7" className="quiet">
                {ms(node.p99)}
              </tspan>
            )}
          </>
        ) : (
          <tspan className="quiet">{connections > 0 ? t.map.connections(connections) : out > 0 ? t.map.sends(rate(out)) : node.members > 1 ? t.map.members(node.members) : outside ? node.kind : t.health.none}</tspan>
        )}
      </text>
      {versions && node.versions.length > 1 && <text className="card-badges" x="44" y="58">{node.versions.join(' · ')}</text>}
      {node.badges.length > 0 && <text className="card-badges" x="44" y={height - 8}>{clip(`⬡ ${node.badges.map(nameOf).join(', ')}`, 24)}</text>}
    </g>
  )
})

/** Success, client errors and server errors as arcs around the sign of health. */
function Ring({ node, health }: { node: MapNode; health: string }) {
  const r = 13
  const length = 2 * Math.PI * r
  const arc = (share: number, offset: number, name: string) =>
    share > 0 && <circle className={`arc ${name}`} cx="24" cy="27" r={r} strokeDasharray={`${Math.max(share * length, 1.5)} ${length}`} strokeDashoffset={-offset * length} transform="rotate(-90 24 27)" />
  const signs: Record<string, string> = { good: 'm19 27.4 3.4 3.4 6.6-7.2', warn: 'M24 20.5v8M24 32.4v.2', bad: 'm19.8 22.8 8.4 8.4M28.2 22.8l-8.4 8.4', none: 'M20.5 27h7' }
  return (
    <>
      <circle className="arc base" cx="24" cy="27" r={r} />
      {arc(node.serverErrors, 0, 'bad')}
      {arc(node.clientErrors, node.serverErrors, 'warn')}
      <path className="sign" d={signs[health]} />
    </>
  )
}

function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`
}
