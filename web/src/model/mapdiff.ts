import type { MapEdge } from './graph'

// What differs between the edges of two times: new, gone, and changed in a way that somebody would care about.

export interface EdgeChange {
  id: string
  before: MapEdge
  after: MapEdge
  why: string[]
}

export interface MapDiff {
  added: MapEdge[]
  gone: MapEdge[]
  changed: EdgeChange[]
}

const RATE_FACTOR = 2
const RATE_MIN = 0.5
const ERROR_STEP = 0.01
const LATENCY_FACTOR = 1.5
const LATENCY_STEP_MS = 5

export function diffEdges(before: readonly MapEdge[], after: readonly MapEdge[]): MapDiff {
  const old = new Map(before.filter(isUsed).map((edge) => [edge.id, edge]))
  const diff: MapDiff = { added: [], gone: [], changed: [] }
  for (const edge of after) {
    if (!isUsed(edge)) continue
    const was = old.get(edge.id)
    old.delete(edge.id)
    if (!was) {
      diff.added.push(edge)
      continue
    }
    const why = reasons(was, edge)
    if (why.length > 0) diff.changed.push({ id: edge.id, before: was, after: edge, why })
  }
  diff.gone = [...old.values()]
  return diff
}

function isUsed(edge: MapEdge): boolean {
  return edge.requests > 0 || edge.active > 0
}

function reasons(a: MapEdge, b: MapEdge): string[] {
  const why: string[] = []
  if (Math.abs((b.error ?? 0) - (a.error ?? 0)) >= ERROR_STEP) why.push(`errors ${pct(a.error)} → ${pct(b.error)}`)
  if (a.p99 != null && b.p99 != null && Math.abs(b.p99 - a.p99) >= LATENCY_STEP_MS && ratio(a.p99, b.p99) >= LATENCY_FACTOR) {
    why.push(`p99 ${Math.round(a.p99)} → ${Math.round(b.p99)} ms`)
  }
  if (Math.max(a.rps, b.rps) >= RATE_MIN && ratio(a.rps, b.rps) >= RATE_FACTOR) why.push(`rate ${round(a.rps)} → ${round(b.rps)}/s`)
  if (a.mutualTls >= 1 !== b.mutualTls >= 1) why.push(b.mutualTls >= 1 ? 'now wholly under mutual TLS' : 'no longer wholly under mutual TLS')
  return why
}

function ratio(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a]
  return low <= 0 ? (high > 0 ? Infinity : 1) : high / low
}

function pct(value: number | null): string {
  return `${((value ?? 0) * 100).toFixed(1)} %`
}

function round(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1)
}
