import { type Graph, type MapEdge, groupOf, sumEdges } from './graph'

// The map as a matrix: who calls (rows) whom (columns). By namespace first, then by service within two namespaces.

export interface Matrix {
  rows: string[]
  columns: string[]
  cells: Map<string, MapEdge>
  /** Rows and columns that were left out for want of room. */
  left: number
}

const SIDE_MAX = 80

export function matrixOf(graph: Graph, rowGroup: string, columnGroup: string): Matrix {
  const byGroup = rowGroup === '' && columnGroup === ''
  const namespace = new Map(graph.nodes.map((n) => [n.id, groupOf(n, 'namespace')]))
  const key = (id: string) => (byGroup ? namespace.get(id)! : id)
  const buckets = new Map<string, MapEdge[]>()
  const weight = { rows: new Map<string, number>(), columns: new Map<string, number>() }
  for (const edge of graph.edges) {
    if (!byGroup && ((rowGroup !== '' && namespace.get(edge.source) !== rowGroup) || (columnGroup !== '' && namespace.get(edge.destination) !== columnGroup))) continue
    const [a, b] = [key(edge.source), key(edge.destination)]
    const id = `${a}>${b}`
    const list = buckets.get(id)
    if (list) list.push(edge)
    else buckets.set(id, [edge])
    weight.rows.set(a, (weight.rows.get(a) ?? 0) + edge.rps)
    weight.columns.set(b, (weight.columns.get(b) ?? 0) + edge.rps)
  }
  const pick = (weights: Map<string, number>) => [...weights].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)).slice(0, SIDE_MAX).map(([id]) => id).sort()
  const rows = pick(weight.rows)
  const columns = pick(weight.columns)
  const [inRows, inColumns] = [new Set(rows), new Set(columns)]
  const cells = new Map<string, MapEdge>()
  for (const [id, members] of buckets) {
    const [a, b] = [key(members[0]!.source), key(members[0]!.destination)]
    if (inRows.has(a) && inColumns.has(b)) cells.set(id, sumEdges(id, a, b, members))
  }
  return { rows, columns, cells, left: weight.rows.size - rows.length + weight.columns.size - columns.length }
}

export interface Branch {
  id: string
  edge: MapEdge | null
  depth: number
  /** It stands further up already: a cycle or a second way. */
  again: boolean
  children: Branch[]
}

const BRANCHES_MAX = 400

/** The blast radius of one service as a tree: who would notice ("up") or what it leans on ("down"). */
export function treeOf(graph: Graph, root: string, direction: 'up' | 'down', depthMax = 4): Branch {
  const next = new Map<string, MapEdge[]>()
  for (const edge of graph.edges) {
    const from = direction === 'down' ? edge.source : edge.destination
    const list = next.get(from)
    if (list) list.push(edge)
    else next.set(from, [edge])
  }
  const seen = new Set([root])
  let left = BRANCHES_MAX
  const top: Branch = { id: root, edge: null, depth: 0, again: false, children: [] }
  let ring = [top]
  while (ring.length > 0) {
    const outer: Branch[] = []
    for (const branch of ring) {
      if (branch.again || branch.depth >= depthMax) continue
      for (const edge of [...(next.get(branch.id) ?? [])].sort((a, b) => b.rps - a.rps)) {
        if (left-- <= 0) return top
        const id = direction === 'down' ? edge.destination : edge.source
        const child = { id, edge, depth: branch.depth + 1, again: seen.has(id), children: [] }
        seen.add(id)
        branch.children.push(child)
        outer.push(child)
      }
    }
    ring = outer
  }
  return top
}
