import type { Span } from '../api/types'

export interface Row {
  span: Span
  depth: number
  /** Of the whole trace, 0..1. */
  from: number
  length: number
}

/** Spans as a tree in the order of time. What has no known parent is a root; a cycle of parents ends where it closes. */
export function waterfall(spans: readonly Span[]): { rows: Row[]; durationMs: number } {
  if (spans.length === 0) return { rows: [], durationMs: 0 }
  const begin = Math.min(...spans.map((s) => Date.parse(s.start)))
  const end = Math.max(...spans.map((s) => Date.parse(s.start) + s.durationMs))
  const whole = Math.max(end - begin, 0.001)
  const known = new Set(spans.map((s) => s.spanId))
  const children = new Map<string, Span[]>()
  const roots: Span[] = []
  for (const span of [...spans].sort((a, b) => Date.parse(a.start) - Date.parse(b.start))) {
    if (span.parentSpanId && known.has(span.parentSpanId) && span.parentSpanId !== span.spanId) {
      const list = children.get(span.parentSpanId)
      if (list) list.push(span)
      else children.set(span.parentSpanId, [span])
    } else {
      roots.push(span)
    }
  }
  const rows: Row[] = []
  const seen = new Set<Span>()
  const visit = (span: Span, depth: number) => {
    if (seen.has(span)) return
    seen.add(span)
    rows.push({ span, depth, from: (Date.parse(span.start) - begin) / whole, length: span.durationMs / whole })
    for (const child of children.get(span.spanId) ?? []) visit(child, depth + 1)
  }
  for (const root of roots) visit(root, 0)
  for (const span of spans) visit(span, 0)
  return { rows, durationMs: whole }
}
