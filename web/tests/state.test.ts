import { describe, expect, it } from 'vitest'
import type { Frames, Span } from '../src/api/types'
import { bytes, ms, percent, rate, short, span } from '../src/model/format'
import { applyFrame } from '../src/model/frames'
import { diffEdges } from '../src/model/mapdiff'
import { matrixOf, treeOf } from '../src/model/matrix'
import { diffLines, hunks } from '../src/model/textdiff'
import { MAP_STANDARD, readMap, writeMap } from '../src/model/url'
import { waterfall } from '../src/model/waterfall'
import { edge, node } from './build'

describe('the address', () => {
  it('leaves out what is ordinary', () => expect(writeMap(MAP_STANDARD)).toBe(''))

  it('holds every state of the map and gives it back', () => {
    const state = { ...MAP_STANDARD, view: 'matrix' as const, level: 'zone' as const, query: 'rps>1 and source=="a&b"', namespace: 'shop', focus: 'shop/cart', hops: 3, direction: 'up' as const, selected: 'a/b>c/d', window: 300, at: '2026-01-02T03:04:05.000Z', compare: '2026-01-01T00:00:00.000Z', hubs: true }
    const text = writeMap(state)
    expect(text).toContain('sel=a/b>c/d')
    expect(readMap(new URLSearchParams(text))).toEqual(state)
  })

  it('takes nothing that it does not know', () => {
    expect(readMap(new URLSearchParams('?view=evil&level=7&hops=99&window=-1&dir=sideways&at=yesterday'))).toEqual(MAP_STANDARD)
  })
})

describe('the difference of two times', () => {
  it('knows new, gone and changed edges and says why', () => {
    const diff = diffEdges(
      [edge('a>b', { error: 0.001, p99: 20 }), edge('b>c'), edge('c>d', { rps: 1 }), edge('x>y', { requests: 0 })],
      [edge('a>b', { error: 0.08, p99: 90, mutualTls: 0.5 }), edge('c>d', { rps: 1.4 }), edge('d>e')],
    )
    expect(diff.added.map((e) => e.id)).toEqual(['d>e'])
    expect(diff.gone.map((e) => e.id)).toEqual(['b>c'])
    expect(diff.changed.map((c) => [c.id, c.why])).toEqual([['a>b', ['errors 0.1 % → 8.0 %', 'p99 20 → 90 ms', 'no longer wholly under mutual TLS']]])
  })
})

describe('frames', () => {
  const frames: Frames = { stepSeconds: 10, start: '', nodes: ['a/1', 'a/2'], edges: [{ source: 0, destination: 1, protocol: 'http1' }], frames: [[[0, 100, 5, 12, 0.5]], []] }
  const graph = { nodes: [node('a/1'), node('a/2')], edges: [edge('a/1>a/2')] }

  it('replace the figures by those of their time', () => {
    const g = applyFrame(graph, frames, 0)
    expect(g.edges.map((e) => [e.id, e.requests, e.failures, e.rps, e.error, e.p99, e.mutualTls])).toEqual([['a/1>a/2', 100, 5, 10, 0.05, 12, 0.5]])
    expect(g.nodes.map((n) => [n.rps, n.success])).toEqual([[0, null], [10, 0.95]])
    expect(applyFrame(graph, frames, 1).edges).toEqual([])
    expect(applyFrame(graph, frames, 7)).toBe(graph)
  })
})

describe('matrix and tree', () => {
  const graph = { nodes: ['a/1', 'a/2', 'b/1', 'c/1'].map((id) => node(id)), edges: ['a/1>b/1', 'a/2>b/1', 'b/1>c/1', 'c/1>a/1'].map((id) => edge(id)) }

  it('drills from namespaces to services', () => {
    expect([...matrixOf(graph, '', '').cells].map(([id, c]) => [id, c.members])).toEqual([['a>b', 2], ['b>c', 1], ['c>a', 1]])
    expect([...matrixOf(graph, 'a', 'b').cells.keys()]).toEqual(['a/1>b/1', 'a/2>b/1'])
  })

  it('shows whom a failure reaches, and ends at cycles', () => {
    const up = treeOf(graph, 'b/1', 'up')
    expect(up.children.map((c) => c.id).sort()).toEqual(['a/1', 'a/2'])
    const c = up.children.find((x) => x.id === 'a/1')!.children[0]!
    expect([c.id, c.children[0]!.id, c.children[0]!.again]).toEqual(['c/1', 'b/1', true])
  })
})

describe('text differences', () => {
  const apply = (lines: ReturnType<typeof diffLines>, side: 'before' | 'after') => lines.filter((l) => l.kind === 'same' || (side === 'before' ? l.kind === 'removed' : l.kind === 'added')).map((l) => l.text)

  it('give both texts back, whatever they are', () => {
    let s = 5
    const next = (n: number) => (s = (s * 16807) % 2147483647) % n
    for (let round = 0; round < 200; round++) {
      const make = () => Array.from({ length: next(12) }, () => 'abc'[next(3)]!)
      const [a, b] = [make(), make()]
      const lines = diffLines(a.join('\n'), b.join('\n'))
      expect(apply(lines, 'before')).toEqual(a.join('\n') === '' ? [] : a)
      expect(apply(lines, 'after')).toEqual(b.join('\n') === '' ? [] : b)
    }
  })

  it('show only what is near a change', () => {
    const text = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n')
    const shown = hunks(diffLines(text, text.replace('line 5', 'five').replace('line 30', 'thirty')))
    expect(shown.filter((l) => l === null)).toHaveLength(1)
    expect(shown.filter((l) => l?.kind === 'added').map((l) => l!.text)).toEqual(['five', 'thirty'])
  })
})

describe('waterfalls', () => {
  const span2 = (spanId: string, parentSpanId: string | null, start: number, durationMs: number): Span => ({ spanId, parentSpanId, service: 's', name: 'n', start: new Date(start).toISOString(), durationMs, error: false, source: 'proxy', attributes: {} })

  it('follow parents, in the order of time', () => {
    const { rows, durationMs } = waterfall([span2('c', 'a', 1050, 20), span2('a', null, 1000, 100), span2('b', 'a', 1010, 30), span2('d', 'missing', 1005, 5)])
    expect(rows.map((r) => [r.span.spanId, r.depth])).toEqual([['a', 0], ['b', 1], ['c', 1], ['d', 0]])
    expect(durationMs).toBe(100)
    expect(rows[2]!.from).toBeCloseTo(0.5)
  })

  it('end where parents go in circles', () => expect(waterfall([span2('a', 'b', 0, 1), span2('b', 'a', 0, 1)]).rows).toHaveLength(2))
})

describe('figures', () => {
  it.each([
    [rate(0.04), '<0.1/s'], [rate(4130), '4.1k/s'], [rate(null), '–'], [percent(0.99999), '99.99 %'], [percent(1), '100 %'], [percent(0.0002), '<0.1 %'], [percent(0.084), '8.40 %'], [percent(0.9999), '99.99 %'],
    [ms(0.613), '613 µs'], [ms(12.34), '12.3 ms'], [ms(163.4), '163 ms'], [ms(12_000), '12 s'], [bytes(1536), '1.5 KiB'], [short(999.9), '1k'], [short(1_500_000), '1.5M'], [span(59), '59 s'], [span(7200), '2 h'], [span(90 * 86_400), '90 days'],
  ])('%s is written as %s', (is, should) => expect(is).toBe(should))
})
