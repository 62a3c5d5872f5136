import { describe, expect, it } from 'vitest'
import { layered, pathOf, placesAlong } from '../src/model/layered'
import { pack } from '../src/model/pack'

const box = (id: string) => ({ id, width: 100, height: 40 })
const link = (id: string) => ({ id, source: id.split('>')[0]!, target: id.split('>')[1]! })

function random(seed: number): () => number {
  let s = seed
  return () => (s = (s * 16807) % 2147483647) / 2147483647
}

describe('the layered layout', () => {
  it('puts callers left of what they call', () => {
    const { nodes } = layered(['d', 'c', 'b', 'a'].map(box), ['a>b', 'b>c', 'a>c', 'c>d'].map(link))
    const x = (id: string) => nodes.get(id)!.x
    expect(x('a') < x('b') && x('b') < x('c') && x('c') < x('d')).toBe(true)
  })

  it('breaks cycles and says which edge goes backward', () => {
    const { nodes, edges, layers } = layered(['a', 'b', 'c'].map(box), ['a>b', 'b>c', 'c>a'].map(link))
    expect(layers).toBe(3)
    expect([...edges].filter(([, e]) => e.backward).map(([id]) => id)).toEqual(['c>a'])
    const path = edges.get('c>a')!.points
    expect(path[0]!.x).toBeGreaterThan(path[path.length - 1]!.x)
    expect(nodes.size).toBe(3)
  })

  it('untangles what can be drawn without a crossing', () => {
    const { nodes } = layered(['a', 'b', 'x', 'y'].map(box), ['a>y', 'b>x'].map(link))
    expect(Math.sign(nodes.get('a')!.y - nodes.get('b')!.y)).toBe(Math.sign(nodes.get('y')!.y - nodes.get('x')!.y))
  })

  it('lets no two boxes overlap, in any graph', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed)
      const names = Array.from({ length: 5 + Math.floor(next() * 40) }, (_, i) => `n${i}`)
      const edges = new Set(Array.from({ length: names.length * 2 }, () => `${names[Math.floor(next() * names.length)]}>${names[Math.floor(next() * names.length)]}`))
      const placed = layered(names.map(box), [...edges].map(link))
      const list = [...placed.nodes.values()]
      expect(list).toHaveLength(names.length)
      for (let i = 0; i < list.length; i++) {
        for (let j = i + 1; j < list.length; j++) {
          const [a, b] = [list[i]!, list[j]!]
          expect(Math.abs(a.x - b.x) >= 99.9 || Math.abs(a.y - b.y) >= 39.9, `seed ${seed}`).toBe(true)
        }
      }
      for (const p of list) expect(p.x >= 0 && p.y >= 0 && p.x <= placed.width && p.y <= placed.height).toBe(true)
    }
  })

  it('draws the same graph the same way', () => {
    const make = () => JSON.stringify([...layered(['a', 'b', 'c', 'd'].map(box), ['a>b', 'a>c', 'b>d', 'c>d'].map(link)).nodes])
    expect(make()).toBe(make())
  })

  it('keeps the order that nodes had when one comes in', () => {
    const edges = ['a>x', 'a>y', 'a>z'].map(link)
    const before = layered(['a', 'x', 'y', 'z'].map(box), edges).nodes
    const after = layered(['a', 'w', 'x', 'y', 'z'].map(box), [...edges, link('a>w')], { previous: before }).nodes
    const order = (nodes: typeof before) => ['x', 'y', 'z'].sort((p, q) => nodes.get(p)!.y - nodes.get(q)!.y)
    expect(order(after)).toEqual(order(before))
  })

  it('is quick with what a focus shows', () => {
    const next = random(9)
    const names = Array.from({ length: 60 }, (_, i) => `n${i}`)
    const edges = [...new Set(Array.from({ length: 150 }, () => `${names[Math.floor(next() * 60)]}>${names[Math.floor(next() * 60)]}`))].map(link)
    const started = performance.now()
    layered(names.map(box), edges)
    expect(performance.now() - started).toBeLessThan(250)
  })

  it('stands what nobody calls below the rest, and draws nothing of nothing', () => {
    const { nodes } = layered(['a', 'b', 'alone'].map(box), [link('a>b')])
    expect(nodes.get('alone')!.y).toBeGreaterThan(nodes.get('a')!.y)
    expect(layered([], []).nodes.size).toBe(0)
    expect(pathOf([])).toBe('')
    expect(placesAlong([], 4).places).toEqual([])
  })

  it('lets dots run evenly along the curve that is drawn, from its beginning to its end', () => {
    const straight = placesAlong([{ x: 0, y: 5 }, { x: 100, y: 5 }], 4)
    expect(straight.length).toBeCloseTo(100)
    straight.places.forEach((p, i) => expect([Math.round(p.x), p.y]).toEqual([i * 25, 5]))
    const bent = [{ x: 0, y: 0 }, { x: 150, y: 90 }, { x: 400, y: -40 }]
    const { places, length } = placesAlong(bent, 40)
    expect([places[0], places[40]]).toEqual([bent[0], bent[2]])
    expect(length).toBeGreaterThan(Math.hypot(150, 90) + Math.hypot(250, 130))
    for (let i = 1; i < places.length; i++) expect(Math.hypot(places[i]!.x - places[i - 1]!.x, places[i]!.y - places[i - 1]!.y)).toBeCloseTo(length / 40, 0)
    // It passes through the points between, where the curve is drawn through too.
    expect(Math.min(...placesAlong(bent, 400).places.map((p) => Math.hypot(p.x - 150, p.y - 90)))).toBeLessThan(1)
  })
})

describe('the far view', () => {
  const mesh = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `g${i % 9}/s${i}`, group: `g${i % 9}` }))

  it('gives every service a place of its own in the disc of its namespace', () => {
    const { nodes, discs } = pack(mesh(300), [])
    const list = [...nodes]
    for (let i = 0; i < list.length; i++) {
      const [id, p] = list[i]!
      const disc = discs.find((d) => d.group === id.slice(0, 2))!
      expect(Math.hypot(p.x - disc.x, p.y - disc.y)).toBeLessThan(disc.r)
      for (let j = i + 1; j < list.length; j++) expect(Math.hypot(p.x - list[j]![1].x, p.y - list[j]![1].y)).toBeGreaterThan(10)
    }
    for (const a of discs) for (const b of discs) if (a !== b) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(a.r + b.r)
  })

  it('moves nothing when a service comes, where places are kept', () => {
    const first = pack(mesh(100), []).nodes
    const kept = mesh(101).map((n) => ({ ...n, x: first.get(n.id)?.x, y: first.get(n.id)?.y }))
    const second = pack(kept, []).nodes
    for (const [id, p] of first) expect(second.get(id)).toEqual(p)
    const fresh = second.get('g1/s100')!
    for (const [, p] of first) expect(Math.hypot(p.x - fresh.x, p.y - fresh.y)).toBeGreaterThan(10)
  })

  it('stands discs that talk near each other', () => {
    const groups = Array.from({ length: 12 }, (_, g) => Array.from({ length: 10 }, (_, i) => ({ id: `g${g}/s${i}`, group: `g${g}` }))).flat()
    const talks = pack(groups, [{ a: 'g3', b: 'g9', weight: 50 }]).discs
    const far = (a: string, b: string) => Math.hypot(talks.find((d) => d.group === a)!.x - talks.find((d) => d.group === b)!.x, talks.find((d) => d.group === a)!.y - talks.find((d) => d.group === b)!.y)
    const all = talks.flatMap((a) => talks.filter((b) => b.group > a.group).map((b) => far(a.group, b.group))).sort((x, y) => x - y)
    expect(far('g3', 'g9')).toBeLessThan(all[Math.floor(all.length / 2)]!)
  })
})
