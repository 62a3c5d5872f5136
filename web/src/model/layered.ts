// Layout in layers, left to right, in the order of calls (Sugiyama's method): cycles are broken, nodes get layers, long edges get a bend in each
// layer that they pass, the order within layers is chosen for few crossings, and each layer is then placed as straight as its order allows.
// Pure and deterministic: the same graph is always drawn the same way.

export interface LayerNode {
  id: string
  width: number
  height: number
}

export interface LayerEdge {
  id: string
  source: string
  target: string
  weight?: number
}

export interface Point {
  x: number
  y: number
}

export interface Placed {
  /** Centres. */
  nodes: Map<string, Point>
  /** From the right side of the source to the left side of the target, through every layer between. */
  edges: Map<string, { points: Point[]; backward: boolean }>
  width: number
  height: number
  layers: number
}

export interface LayerOptions {
  layerGap?: number
  nodeGap?: number
  /** Where nodes stood before: keeps the order within layers from being shuffled. */
  previous?: ReadonlyMap<string, Point>
}

interface Item {
  index: number
  node: number
  layer: number
  height: number
  y: number
  order: number
  up: { item: Item; weight: number }[]
  down: { item: Item; weight: number }[]
}

const SWEEPS = 16
const PASSES = 12

export function layered(nodes: readonly LayerNode[], edges: readonly LayerEdge[], options: LayerOptions = {}): Placed {
  const { layerGap = 110, nodeGap = 26 } = options
  const index = new Map(nodes.map((node, i) => [node.id, i]))
  const links = edges
    .map((edge) => ({ edge, a: index.get(edge.source), b: index.get(edge.target) }))
    .filter((link): link is { edge: LayerEdge; a: number; b: number } => link.a !== undefined && link.b !== undefined && link.a !== link.b)
  const back = backEdges(nodes.length, links)
  const forward = links.map((link, i) => (back[i] ? { ...link, a: link.b, b: link.a } : link))
  const layerOf = assignLayers(nodes.length, forward)
  const lonely = nodes.map((_, i) => !links.some((l) => l.a === i || l.b === i))
  const items: Item[] = []
  const make = (node: number, layer: number, height: number): Item => {
    const item = { index: items.length, node, layer, height, y: 0, order: 0, up: [], down: [] }
    items.push(item)
    return item
  }
  const real = nodes.map((node, i) => (lonely[i] ? null : make(i, layerOf[i]!, node.height)))
  const chains = forward.map((link) => chain(link, real, layerOf, make))
  const layers = group(items)
  order(layers, nodes, options.previous)
  place(layers, nodeGap)
  return result(nodes, links, back, chains, layers, lonely, layerGap, nodeGap)
}

/** Depth first from the nodes that most look like entries; an edge to a node that is still being visited goes backward. */
function backEdges(n: number, links: { a: number; b: number }[]): boolean[] {
  const out: { to: number; link: number }[][] = Array.from({ length: n }, () => [])
  const degree = new Int32Array(n)
  links.forEach((link, i) => {
    out[link.a]!.push({ to: link.b, link: i })
    degree[link.a]!++
    degree[link.b]!--
  })
  const into = new Int32Array(n)
  for (const link of links) into[link.b]!++
  const roots = Array.from({ length: n }, (_, i) => i).sort((x, y) => Number(into[x]! > 0) - Number(into[y]! > 0) || degree[y]! - degree[x]! || x - y)
  const state = new Uint8Array(n)
  const back = links.map(() => false)
  for (const root of roots) {
    if (state[root] !== 0) continue
    const stack = [{ node: root, next: 0 }]
    state[root] = 1
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const edge = out[top.node]![top.next++]
      if (!edge) {
        state[top.node] = 2
        stack.pop()
      } else if (state[edge.to] === 1) {
        back[edge.link] = true
      } else if (state[edge.to] === 0) {
        state[edge.to] = 1
        stack.push({ node: edge.to, next: 0 })
      }
    }
  }
  return back
}

/** Longest path from the entries; entries then move right, next to what they call. */
function assignLayers(n: number, links: { a: number; b: number }[]): Int32Array {
  const layer = new Int32Array(n)
  const into = new Int32Array(n)
  const out: number[][] = Array.from({ length: n }, () => [])
  for (const link of links) {
    into[link.b]!++
    out[link.a]!.push(link.b)
  }
  const wait = into.slice()
  const ready = Array.from({ length: n }, (_, i) => i).filter((i) => wait[i] === 0)
  for (let head = 0; head < ready.length; head++) {
    const node = ready[head]!
    for (const to of out[node]!) {
      layer[to] = Math.max(layer[to]!, layer[node]! + 1)
      if (--wait[to]! === 0) ready.push(to)
    }
  }
  for (let i = 0; i < n; i++) {
    if (into[i] === 0 && out[i]!.length > 0) layer[i] = Math.min(...out[i]!.map((to) => layer[to]!)) - 1
  }
  return layer
}

function chain(link: { edge: LayerEdge; a: number; b: number }, real: (Item | null)[], layerOf: Int32Array, make: (node: number, layer: number, height: number) => Item): Item[] {
  const weight = link.edge.weight ?? 1
  const list = [real[link.a]!]
  for (let layer = layerOf[link.a]! + 1; layer < layerOf[link.b]!; layer++) list.push(make(-1, layer, 6))
  list.push(real[link.b]!)
  for (let i = 1; i < list.length; i++) {
    // Long edges pull harder, so that they come out straight.
    const pull = weight * (list[i - 1]!.node < 0 ? (list[i]!.node < 0 ? 8 : 2) : list[i]!.node < 0 ? 2 : 1)
    list[i - 1]!.down.push({ item: list[i]!, weight: pull })
    list[i]!.up.push({ item: list[i - 1]!, weight: pull })
  }
  return list
}

function group(items: Item[]): Item[][] {
  const least = Math.min(...items.map((i) => i.layer), 0)
  const layers: Item[][] = []
  for (const item of items) {
    item.layer -= least
    while (layers.length <= item.layer) layers.push([])
    layers[item.layer]!.push(item)
  }
  return layers
}

function order(layers: Item[][], nodes: readonly LayerNode[], previous: ReadonlyMap<string, Point> | undefined): void {
  const number = (layer: Item[]) => layer.forEach((item, i) => (item.order = i))
  layers.forEach(number)
  if (previous && previous.size > 0) {
    for (const layer of layers) {
      const before = (item: Item) => (item.node >= 0 ? previous.get(nodes[item.node]!.id)?.y : undefined)
      layer.sort((a, b) => (before(a) ?? Infinity) - (before(b) ?? Infinity) || a.index - b.index)
      number(layer)
    }
  }
  let best = layers.map((layer) => [...layer])
  let least = crossings(layers)
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    const down = sweep % 2 === 0
    for (let step = 1; step < layers.length; step++) {
      const layer = layers[down ? step : layers.length - 1 - step]!
      const centre = new Map(layer.map((item) => [item, barycentre(down ? item.up : item.down, item.order)]))
      layer.sort((a, b) => centre.get(a)! - centre.get(b)! || a.order - b.order)
      number(layer)
    }
    const now = crossings(layers)
    if (now < least) {
      least = now
      best = layers.map((layer) => [...layer])
    }
  }
  best.forEach((layer, i) => {
    layers[i] = layer
    number(layer)
  })
}

function barycentre(neighbours: { item: Item; weight: number }[], standard: number): number {
  if (neighbours.length === 0) return standard
  let sum = 0
  for (const each of neighbours) sum += each.item.order
  return sum / neighbours.length
}

/** Pairs of edges between neighbouring layers that cross, counted with a Fenwick tree. */
export function crossings(layers: { down: { item: { order: number } }[]; order: number }[][]): number {
  let sum = 0
  for (let i = 0; i + 1 < layers.length; i++) {
    const size = layers[i + 1]!.length
    const tree = new Int32Array(size + 1)
    let added = 0
    for (const item of [...layers[i]!].sort((a, b) => a.order - b.order)) {
      const ends = item.down.map((d) => d.item.order).sort((a, b) => a - b)
      for (const end of ends) {
        let upTo = 0
        for (let k = end + 1; k > 0; k -= k & -k) upTo += tree[k]!
        sum += added - upTo
      }
      for (const end of ends) {
        for (let k = end + 1; k <= size; k += k & -k) tree[k]!++
        added++
      }
    }
  }
  return sum
}

function place(layers: Item[][], gap: number): void {
  for (const layer of layers) {
    let y = 0
    for (const item of layer) {
      item.y = y + item.height / 2
      y += item.height + (item.node < 0 ? gap / 2 : gap)
    }
    const middle = y / 2
    for (const item of layer) item.y -= middle
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const down = pass % 2 === 0
    for (let step = 0; step < layers.length; step++) {
      const layer = layers[down ? step : layers.length - 1 - step]!
      // The last passes look both ways, so that neither side's wishes win.
      const wishes = layer.map((item) => wish(pass >= PASSES - 4 ? [...item.up, ...item.down] : down ? item.up : item.down, item.y))
      settle(layer, wishes, gap)
    }
  }
}

function wish(neighbours: { item: Item; weight: number }[], standard: number): { y: number; weight: number } {
  let [sum, weights] = [0, 0]
  for (const each of neighbours) {
    sum += each.item.y * each.weight
    weights += each.weight
  }
  return weights > 0 ? { y: sum / weights, weight: weights } : { y: standard, weight: 0.1 }
}

/** The places nearest to the wishes that keep order and distance: isotonic regression by pooling neighbours that collide. */
function settle(layer: Item[], wishes: { y: number; weight: number }[], gap: number): void {
  const blocks: { from: number; to: number; sum: number; weight: number }[] = []
  const offset = new Float64Array(layer.length)
  for (let i = 1; i < layer.length; i++) {
    const [a, b] = [layer[i - 1]!, layer[i]!]
    const space = a.node < 0 && b.node < 0 ? gap / 3 : a.node < 0 || b.node < 0 ? gap / 2 : gap
    offset[i] = offset[i - 1]! + (a.height + b.height) / 2 + space
  }
  wishes.forEach(({ y, weight }, i) => {
    blocks.push({ from: i, to: i, sum: (y - offset[i]!) * weight, weight })
    while (blocks.length > 1) {
      const [a, b] = [blocks[blocks.length - 2]!, blocks[blocks.length - 1]!]
      if (a.sum / a.weight <= b.sum / b.weight) break
      blocks.splice(-2, 2, { from: a.from, to: b.to, sum: a.sum + b.sum, weight: a.weight + b.weight })
    }
  })
  for (const block of blocks) {
    for (let i = block.from; i <= block.to; i++) layer[i]!.y = block.sum / block.weight + offset[i]!
  }
}

function result(
  nodes: readonly LayerNode[],
  links: { edge: LayerEdge; a: number; b: number }[],
  back: boolean[],
  chains: Item[][],
  layers: Item[][],
  lonely: boolean[],
  layerGap: number,
  nodeGap: number,
): Placed {
  const widths = layers.map((layer) => Math.max(0, ...layer.map((item) => (item.node < 0 ? 0 : nodes[item.node]!.width))))
  const left: number[] = []
  let width = 0
  widths.forEach((w, i) => {
    left[i] = width
    width += w + (i + 1 < widths.length ? layerGap : 0)
  })
  const top = Math.min(0, ...layers.flat().map((item) => item.y - item.height / 2))
  let height = Math.max(0, ...layers.flat().map((item) => item.y + item.height / 2)) - top
  const at = new Map<string, Point>()
  for (const item of layers.flat()) {
    item.y -= top
    if (item.node >= 0) at.set(nodes[item.node]!.id, { x: left[item.layer]! + widths[item.layer]! / 2, y: item.y })
  }
  const routed = route(nodes, links, back, chains, left, widths)
  height = lonelyRows(nodes, lonely, at, Math.max(width, 900), height, nodeGap)
  return { nodes: at, edges: routed, width: Math.max(width, ...[...at].map(([id, p]) => p.x + nodes.find((n) => n.id === id)!.width / 2), 0), height, layers: layers.length }
}

/** Edges leave and arrive spread over the side of a node, in the order of what they lead to. */
function route(nodes: readonly LayerNode[], links: { edge: LayerEdge; a: number; b: number }[], back: boolean[], chains: Item[][], left: number[], widths: number[]): Placed['edges'] {
  const leaving = new Map<Item, number[]>()
  const arriving = new Map<Item, number[]>()
  const add = (map: Map<Item, number[]>, item: Item, i: number) => (map.get(item) ?? map.set(item, []).get(item)!).push(i)
  chains.forEach((list, i) => {
    add(leaving, list[0]!, i)
    add(arriving, list[list.length - 1]!, i)
  })
  const port = (map: Map<Item, number[]>, item: Item, i: number, other: (list: Item[]) => Item) => {
    const all = map.get(item)!
    if (!Object.isFrozen(all)) {
      all.sort((x, y) => other(chains[x]!).y - other(chains[y]!).y || x - y)
      Object.freeze(all)
    }
    const step = Math.min(10, (item.height - 16) / Math.max(1, all.length))
    return item.y + (all.indexOf(i) - (all.length - 1) / 2) * step
  }
  const edges: Placed['edges'] = new Map()
  chains.forEach((list, i) => {
    const points = list.map((item, k): Point => {
      const middle = left[item.layer]! + widths[item.layer]! / 2
      if (item.node < 0) return { x: middle, y: item.y }
      const half = nodes[item.node]!.width / 2
      return k === 0
        ? { x: middle + half, y: port(leaving, item, i, (l) => l[1]!) }
        : { x: middle - half, y: port(arriving, item, i, (l) => l[l.length - 2]!) }
    })
    edges.set(links[i]!.edge.id, { points: back[i] ? points.reverse() : points, backward: back[i]! })
  })
  return edges
}

/** What nobody called stands in rows below the rest. */
function lonelyRows(nodes: readonly LayerNode[], lonely: boolean[], at: Map<string, Point>, width: number, height: number, gap: number): number {
  let [x, y, row] = [0, height > 0 ? height + gap * 2 : 0, 0]
  nodes.forEach((node, i) => {
    if (!lonely[i]) return
    if (x > 0 && x + node.width > width) {
      x = 0
      y += row + gap
      row = 0
    }
    at.set(node.id, { x: x + node.width / 2, y: y + node.height / 2 })
    x += node.width + gap
    row = Math.max(row, node.height)
  })
  return row > 0 ? y + row : height
}

/** A smooth path through points that leaves and arrives horizontally. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let d = `M${round(first.x)} ${round(first.y)}`
  let from = first
  for (const to of rest) {
    const bend = bendOf(from, to)
    d += `C${round(from.x + bend)} ${round(from.y)} ${round(to.x - bend)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`
    from = to
  }
  return d
}

/** Places at equal distances along the path of {@link pathOf}, and its length. A browser says the same of a path that is drawn, a hundred times slower. */
export function placesAlong(points: readonly Point[], steps: number): { places: Point[]; length: number } {
  const fine: Point[] = points.length > 0 ? [points[0]!] : []
  const reached = [0]
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1]!, points[i]!]
    const bend = bendOf(from, to)
    for (let k = 1; k <= CURVE_STEPS; k++) {
      const [u, v] = [k / CURVE_STEPS, 1 - k / CURVE_STEPS]
      const [a, b, c, d] = [v * v * v, 3 * v * v * u, 3 * v * u * u, u * u * u]
      const place = { x: a * from.x + b * (from.x + bend) + c * (to.x - bend) + d * to.x, y: (a + b) * from.y + (c + d) * to.y }
      const before = fine[fine.length - 1]!
      reached.push(reached[reached.length - 1]! + Math.hypot(place.x - before.x, place.y - before.y))
      fine.push(place)
    }
  }
  const length = reached[reached.length - 1]!
  const places: Point[] = []
  for (let step = 0, at = 1; step <= steps && fine.length > 1; step++) {
    const wanted = (step / steps) * length
    while (at < fine.length - 1 && reached[at]! < wanted) at++
    const [p, q] = [fine[at - 1]!, fine[at]!]
    const share = (wanted - reached[at - 1]!) / (reached[at]! - reached[at - 1]! || 1)
    places.push({ x: p.x + (q.x - p.x) * share, y: p.y + (q.y - p.y) * share })
  }
  return { places, length }
}

const CURVE_STEPS = 16

function bendOf(from: Point, to: Point): number {
  return Math.max(24, Math.abs(to.x - from.x) / 2) * Math.sign(to.x - from.x || 1)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
