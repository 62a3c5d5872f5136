import type { Point } from './layered'

// The far view: each namespace is a disc, its services are seeds in it, and discs that talk stand near each other.
// Deterministic, and what has a kept place stays there.

export interface PackNode {
  id: string
  group: string
  x?: number | null
  y?: number | null
}

export interface Disc extends Point {
  group: string
  r: number
  members: number
}

export interface Packed {
  nodes: Map<string, Point>
  discs: Disc[]
}

const SPACING = 22
const GOLDEN = Math.PI * (3 - Math.sqrt(5))
const DISC_PAD = 18
const DISC_GAP = 34
const ANGLES = 28

export function pack(nodes: readonly PackNode[], links: readonly { a: string; b: string; weight: number }[]): Packed {
  const groups = new Map<string, PackNode[]>()
  for (const node of [...nodes].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    const list = groups.get(node.group)
    if (list) list.push(node)
    else groups.set(node.group, [node])
  }
  const discs = placeDiscs(groups, links)
  const at = new Map<string, Point>()
  for (const disc of discs) fill(disc, groups.get(disc.group)!, at)
  return { nodes: at, discs }
}

function radiusOf(members: number): number {
  return SPACING * Math.sqrt(members) + DISC_PAD
}

/** Seeds of a sunflower; a node with a kept place has it, the others take the seeds that are free. */
function fill(disc: Disc, members: PackNode[], at: Map<string, Point>): void {
  const taken: Point[] = []
  for (const node of members) {
    if (node.x != null && node.y != null) {
      const place = { x: node.x, y: node.y }
      at.set(node.id, place)
      taken.push(place)
    }
  }
  let seed = 0
  for (const node of members) {
    if (at.has(node.id)) continue
    let place: Point
    do {
      const r = SPACING * Math.sqrt(seed + 0.35)
      place = { x: disc.x + r * Math.cos(seed * GOLDEN), y: disc.y + r * Math.sin(seed * GOLDEN) }
      seed++
    } while (taken.some((t) => Math.hypot(t.x - place.x, t.y - place.y) < SPACING * 0.8))
    at.set(node.id, place)
  }
}

function placeDiscs(groups: Map<string, PackNode[]>, links: readonly { a: string; b: string; weight: number }[]): Disc[] {
  const pull = new Map<string, Map<string, number>>()
  const note = (a: string, b: string, w: number) => {
    const row = pull.get(a) ?? pull.set(a, new Map()).get(a)!
    row.set(b, (row.get(b) ?? 0) + w)
  }
  for (const link of links) {
    note(link.a, link.b, link.weight)
    note(link.b, link.a, link.weight)
  }
  const placed: Disc[] = []
  const rest: string[] = []
  for (const [group, members] of groups) {
    const kept = members.filter((m) => m.x != null && m.y != null)
    // Where most of a group has kept places, its disc is around them.
    if (kept.length * 2 > members.length) {
      const x = kept.reduce((s, m) => s + m.x!, 0) / kept.length
      const y = kept.reduce((s, m) => s + m.y!, 0) / kept.length
      const r = Math.max(radiusOf(members.length), ...kept.map((m) => Math.hypot(m.x! - x, m.y! - y) + DISC_PAD))
      placed.push({ group, x, y, r, members: members.length })
    } else {
      rest.push(group)
    }
  }
  rest.sort((a, b) => groups.get(b)!.length - groups.get(a)!.length || (a < b ? -1 : 1))
  for (const group of rest) {
    const members = groups.get(group)!.length
    const r = radiusOf(members)
    const spot = bestSpot(group, r, placed, pull.get(group))
    placed.push({ group, x: spot.x, y: spot.y, r, members })
  }
  return placed
}

/** Beside one of the discs that stand already, where the way to the middle and to those it talks to is shortest. */
function bestSpot(group: string, r: number, placed: Disc[], pull: Map<string, number> | undefined): Point {
  if (placed.length === 0) return { x: 0, y: 0 }
  let best: Point = { x: 0, y: 0 }
  let least = Infinity
  let strongest = 1e-9
  for (const w of pull?.values() ?? []) strongest = Math.max(strongest, w)
  const turn = hash(group)
  for (const anchor of placed) {
    for (let k = 0; k < ANGLES; k++) {
      const angle = ((k + turn) / ANGLES) * 2 * Math.PI
      const distance = anchor.r + r + DISC_GAP
      const spot = { x: anchor.x + distance * Math.cos(angle), y: anchor.y + distance * Math.sin(angle) }
      if (placed.some((disc) => Math.hypot(disc.x - spot.x, disc.y - spot.y) < disc.r + r + DISC_GAP - 0.5)) continue
      // The picture is wider than high.
      let cost = Math.hypot(spot.x * 0.72, spot.y * 1.25)
      for (const disc of placed) {
        const w = pull?.get(disc.group)
        if (w) cost += 0.35 * (w / strongest) * Math.hypot(disc.x - spot.x, disc.y - spot.y)
      }
      if (cost < least) {
        least = cost
        best = spot
      }
    }
  }
  return best
}

function hash(text: string): number {
  let h = 2166136261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  return (h >>> 0) / 2 ** 32
}
