import type { TopoNode, TopologyColumns } from '../api/types'
import { namespaceOf } from './format'
import type { Predicate, Subject } from './query'

// What the map draws, computed from what the server measured: nodes and edges summed up by level, hubs folded, quiet edges left out.

export type Level = 'zone' | 'namespace' | 'service' | 'version'
export type Health = 'good' | 'warn' | 'bad' | 'none'

export interface MapNode {
  id: string
  label: string
  namespace: string
  kind: string
  /** How many services it stands for. */
  members: number
  rps: number
  success: number | null
  p99: number | null
  clientErrors: number
  serverErrors: number
  score: number | null
  worst: string | null
  /** Worst member, when it stands for several. */
  worstMember: string | null
  versions: string[]
  zones: string[]
  workloads: number
  meshed: number
  x: number | null
  y: number | null
  /** Hubs that it calls or is called by and that are folded into badges. */
  badges: string[]
}

export interface MapEdge {
  id: string
  source: string
  destination: string
  protocol: string
  /** How many edges of the topology it stands for. */
  members: number
  rps: number
  requests: number
  failures: number
  error: number | null
  p50: number | null
  p95: number | null
  p99: number | null
  bytesPerSecond: number
  active: number
  mutualTls: number
  retriesPerSecond: number
  isNew: boolean
  score: number | null
  worst: string | null
}

export interface Graph {
  nodes: MapNode[]
  edges: MapEdge[]
}

export function healthOf(score: number | null | undefined, error?: number | null): Health {
  if (score == null) return error == null ? 'none' : error > 0.05 ? 'bad' : error > 0.01 ? 'warn' : 'good'
  return score < 60 ? 'bad' : score < 85 ? 'warn' : 'good'
}

export function edgeHealth(edge: Pick<MapEdge, 'score' | 'error' | 'requests' | 'active'>): Health {
  if (edge.requests === 0 && edge.active === 0) return 'none'
  return healthOf(edge.score, edge.error)
}

export function nodeOf(node: TopoNode): MapNode {
  return {
    id: node.id,
    label: node.name || node.id,
    namespace: node.namespace,
    kind: node.kind,
    members: 1,
    rps: node.rps,
    success: node.success ?? null,
    p99: node.p99Ms ?? null,
    clientErrors: node.clientErrors,
    serverErrors: node.serverErrors,
    score: node.score ?? null,
    worst: node.worst ?? null,
    worstMember: null,
    versions: node.versions,
    zones: node.zones,
    workloads: node.workloads,
    meshed: node.meshed,
    x: node.x ?? null,
    y: node.y ?? null,
    badges: [],
  }
}

/** The topology at the level of services. */
export function graphOf(topology: TopologyColumns): Graph {
  const nodes = topology.nodes.map(nodeOf)
  const of = topology.edges
  const edges = of.source.map((from, i): MapEdge => {
    const [source, destination] = [nodes[from]!.id, nodes[of.destination[i]!]!.id]
    const [requests, failures] = [of.requests[i]!, of.failures[i]!]
    return {
      id: `${source}>${destination}`,
      source,
      destination,
      protocol: topology.protocols[of.protocol[i]!]!,
      members: 1,
      rps: of.rps[i]!,
      requests,
      failures,
      error: requests > 0 ? failures / requests : null,
      p50: of.p50Ms[i] ?? null,
      p95: of.p95Ms[i] ?? null,
      p99: of.p99Ms[i] ?? null,
      bytesPerSecond: of.bytesPerSecond[i]!,
      active: of.active[i]!,
      mutualTls: of.mutualTls[i]!,
      retriesPerSecond: of.retriesPerSecond[i]!,
      isNew: of.isNew[i]!,
      score: of.score[i] ?? null,
      worst: of.worst[i] ?? null,
    }
  })
  return { nodes, edges }
}

export function groupOf(node: Pick<MapNode, 'namespace' | 'zones' | 'kind'>, level: Level): string {
  if (level === 'zone') return node.kind === 'external' ? 'outside' : node.zones.length === 0 ? 'no zone' : [...node.zones].sort().join(' + ')
  return node.namespace || (node.kind === 'external' ? 'outside' : 'no namespace')
}

/** Sums nodes up by zone or namespace; edges inside one group disappear into it. Services stay as they are. */
export function aggregate(graph: Graph, level: Level): Graph {
  if (level === 'service' || level === 'version') return graph
  const groups = new Map<string, MapNode[]>()
  const group = new Map<string, string>()
  for (const node of graph.nodes) {
    const key = groupOf(node, level)
    group.set(node.id, key)
    const list = groups.get(key)
    if (list) list.push(node)
    else groups.set(key, [node])
  }
  // Found by two short names that are there already; an id made for each of many edges costs more than all sums.
  const rows = new Map<string, Map<string, MapEdge[]>>()
  const bundles: { source: string; destination: string; members: MapEdge[] }[] = []
  for (const edge of graph.edges) {
    const source = group.get(edge.source)!
    const destination = group.get(edge.destination)!
    if (source === destination) continue
    let row = rows.get(source)
    if (!row) rows.set(source, (row = new Map()))
    const members = row.get(destination)
    if (members) {
      members.push(edge)
    } else {
      const first = [edge]
      row.set(destination, first)
      bundles.push({ source, destination, members: first })
    }
  }
  return {
    nodes: [...groups].map(([id, members]) => sumNodes(id, members)),
    edges: bundles.map((b) => sumEdges(`${b.source}>${b.destination}`, b.source, b.destination, b.members)),
  }
}

function sumNodes(id: string, members: MapNode[]): MapNode {
  let worst: MapNode | null = null
  for (const node of members) if (node.score != null && (worst?.score == null || node.score < worst.score)) worst = node
  const rps = total(members, (n) => n.rps)
  const weighted = (of: (n: MapNode) => number | null) => mean(members, of, (n) => n.rps)
  return {
    id,
    label: id,
    namespace: id,
    kind: 'group',
    members: members.length,
    rps,
    success: weighted((n) => n.success),
    p99: largest(members, (n) => n.p99),
    clientErrors: weighted((n) => n.clientErrors) ?? 0,
    serverErrors: weighted((n) => n.serverErrors) ?? 0,
    score: worst?.score ?? null,
    worst: worst?.worst ?? null,
    worstMember: worst?.id ?? null,
    versions: [],
    zones: [...new Set(members.flatMap((n) => n.zones))].sort(),
    workloads: total(members, (n) => n.workloads),
    meshed: total(members, (n) => n.meshed),
    x: null,
    y: null,
    badges: [],
  }
}

/** One edge for several. In one pass: of a large mesh it is asked to add up all there are. */
export function sumEdges(id: string, source: string, destination: string, members: MapEdge[]): MapEdge {
  const sum: MapEdge = {
    id, source, destination, protocol: members[0]!.protocol, members: 0, rps: 0, requests: 0, failures: 0, error: null, p50: null, p95: null, p99: null,
    bytesPerSecond: 0, active: 0, mutualTls: 0, retriesPerSecond: 0, isNew: true, score: null, worst: null,
  }
  let [median, medianWeight, encrypted, weight, leastEncrypted] = [0, 0, 0, 0, Infinity]
  for (const edge of members) {
    sum.members += edge.members
    sum.rps += edge.rps
    sum.requests += edge.requests
    sum.failures += edge.failures
    sum.bytesPerSecond += edge.bytesPerSecond
    sum.active += edge.active
    sum.retriesPerSecond += edge.retriesPerSecond
    sum.isNew &&= edge.isNew
    if (edge.protocol !== sum.protocol) sum.protocol = 'mixed'
    if (edge.p95 != null && (sum.p95 == null || edge.p95 > sum.p95)) sum.p95 = edge.p95
    if (edge.p99 != null && (sum.p99 == null || edge.p99 > sum.p99)) sum.p99 = edge.p99
    if (edge.score != null && (sum.score == null || edge.score < sum.score)) [sum.score, sum.worst] = [edge.score, edge.worst]
    leastEncrypted = Math.min(leastEncrypted, edge.mutualTls)
    if (edge.rps <= 0) continue
    encrypted += edge.mutualTls * edge.rps
    weight += edge.rps
    if (edge.p50 == null) continue
    median += edge.p50 * edge.rps
    medianWeight += edge.rps
  }
  if (sum.requests > 0) sum.error = sum.failures / sum.requests
  if (medianWeight > 0) sum.p50 = median / medianWeight
  sum.mutualTls = weight > 0 ? encrypted / weight : leastEncrypted
  return sum
}

function total<T>(items: T[], of: (item: T) => number): number {
  let sum = 0
  for (const item of items) sum += of(item)
  return sum
}

function largest<T>(items: T[], of: (item: T) => number | null): number | null {
  let best: number | null = null
  for (const item of items) {
    const value = of(item)
    if (value != null && (best == null || value > best)) best = value
  }
  return best
}

function mean<T>(items: T[], of: (item: T) => number | null, weight: (item: T) => number): number | null {
  let [sum, weights] = [0, 0]
  for (const item of items) {
    const value = of(item)
    const w = weight(item)
    if (value != null && w > 0) {
      sum += value * w
      weights += w
    }
  }
  return weights > 0 ? sum / weights : null
}

export const HUB_SHARE = 0.3
const HUB_NODES_MIN = 20

/** Nodes that touch more than 30 % of all others: scrapers, DNS, gateways. Small meshes have none. */
export function findHubs(graph: Graph): string[] {
  if (graph.nodes.length < HUB_NODES_MIN) return []
  const limit = (graph.nodes.length - 1) * HUB_SHARE
  // Ends of edges are quickly counted and can only be more than peers; a set of peers is made for the few that have enough of them.
  const ends = new Map<string, number>()
  for (const edge of graph.edges) {
    if (edge.source === edge.destination) continue
    ends.set(edge.source, (ends.get(edge.source) ?? 0) + 1)
    ends.set(edge.destination, (ends.get(edge.destination) ?? 0) + 1)
  }
  const peers = new Map<string, Set<string>>()
  for (const [id, count] of ends) if (count > limit) peers.set(id, new Set())
  if (peers.size === 0) return []
  for (const edge of graph.edges) {
    if (edge.source === edge.destination) continue
    peers.get(edge.source)?.add(edge.destination)
    peers.get(edge.destination)?.add(edge.source)
  }
  return [...peers].filter(([, all]) => all.size > limit).map(([id]) => id).sort()
}

/** Takes hubs out of the picture and leaves a badge on each of their peers. */
export function foldHubs(graph: Graph, hubs: Iterable<string>): Graph {
  const folded = new Set(hubs)
  if (folded.size === 0) return graph
  const badges = new Map<string, Set<string>>()
  const edges: MapEdge[] = []
  for (const edge of graph.edges) {
    const [a, b] = [folded.has(edge.source), folded.has(edge.destination)]
    if (!a && !b) {
      edges.push(edge)
    } else if (a !== b) {
      const peer = a ? edge.destination : edge.source
      const set = badges.get(peer) ?? new Set<string>()
      set.add(a ? edge.source : edge.destination)
      badges.set(peer, set)
    }
  }
  const nodes = graph.nodes
    .filter((node) => !folded.has(node.id))
    .map((node) => (badges.has(node.id) ? { ...node, badges: [...badges.get(node.id)!].sort() } : node))
  return { nodes, edges }
}

export const EDGE_BUDGET = 150
/** What must be seen may break the budget, but not without bound. */
const EDGE_MUST_MAX = 4 * EDGE_BUDGET
/** In a mesh where most is new, newness says nothing. */
const NEW_SHARE_MAX = 0.1

/** How much an edge deserves to be drawn: traffic × errors × ill health × novelty. */
export function importance(edge: MapEdge, newCounts = true): number {
  const errors = 1 + 20 * (edge.error ?? 0)
  const illness = 1 + (100 - (edge.score ?? 100)) / 25
  return (Math.log2(1 + edge.rps) + 0.01) * errors * illness * (edge.isNew && newCounts ? 3 : 1) * (edge.mutualTls < 1 && edge.requests > 0 ? 2 : 1)
}

export interface Budgeted {
  drawn: MapEdge[]
  quiet: number
}

/** Picks the edges that are drawn. Unhealthy and new ones always are, and those in `keep`. */
export function budgetEdges(edges: MapEdge[], budget = EDGE_BUDGET, keep: ReadonlySet<string> = new Set()): Budgeted {
  if (edges.length <= budget) return { drawn: edges, quiet: 0 }
  let fresh = 0
  for (const edge of edges) if (edge.isNew) fresh++
  const newCounts = fresh <= edges.length * NEW_SHARE_MAX
  const rated = edges.map((edge) => {
    const health = edgeHealth(edge)
    const must = health === 'bad' || health === 'warn' || (newCounts && edge.isNew)
    return { edge, must: keep.size > 0 && keep.has(edge.id) ? 2 : must ? 1 : 0, importance: importance(edge, newCounts) }
  })
  rated.sort((a, b) => b.must - a.must || b.importance - a.importance)
  let musts = 0
  while (musts < rated.length && rated[musts]!.must > 0) musts++
  const size = Math.max(budget, Math.min(musts, EDGE_MUST_MAX))
  return { drawn: rated.slice(0, size).map((r) => r.edge), quiet: edges.length - Math.min(size, edges.length) }
}

export type Direction = 'up' | 'down' | 'both'

const sourceOf = (edge: MapEdge) => edge.source
const destinationOf = (edge: MapEdge) => edge.destination

/** A node and what is within so many hops of it: "up" who calls it, "down" whom it calls. */
export function focus(graph: Graph, id: string, hops: number, direction: Direction): Graph {
  const nodes = new Set<string>([id])
  const edges = new Set<MapEdge>()
  // Hops are few: passing over all edges once for each costs less than an index of them, which would be thrown away.
  const walk = (start: (edge: MapEdge) => string, end: (edge: MapEdge) => string) => {
    let ring = new Set([id])
    const visited = new Set(ring)
    for (let hop = 0; hop < hops && ring.size > 0; hop++) {
      const outer = new Set<string>()
      for (const edge of graph.edges) {
        if (!ring.has(start(edge))) continue
        edges.add(edge)
        const to = end(edge)
        nodes.add(to)
        if (!visited.has(to)) {
          visited.add(to)
          outer.add(to)
        }
      }
      ring = outer
    }
  }
  if (direction !== 'up') walk(sourceOf, destinationOf)
  if (direction !== 'down') walk(destinationOf, sourceOf)
  return { nodes: graph.nodes.filter((n) => nodes.has(n.id)), edges: [...edges] }
}

export const FOCUS_NODES_MAX = 60

/** A focus that stays readable: fewer hops first, then the neighbours with the most important edges. */
export function boundedFocus(graph: Graph, id: string, hops: number, direction: Direction, nodesMax = FOCUS_NODES_MAX): { graph: Graph; left: number } {
  const whole = focus(graph, id, hops, direction)
  if (whole.nodes.length <= nodesMax) return { graph: whole, left: 0 }
  const weight = new Map<string, number>()
  const near = new Set((hops === 1 ? whole : focus(graph, id, 1, direction)).nodes.map((n) => n.id))
  for (const edge of whole.edges) {
    const w = importance(edge)
    for (const end of [edge.source, edge.destination]) weight.set(end, Math.max(weight.get(end) ?? 0, w + (near.has(end) ? 1e6 : 0)))
  }
  weight.set(id, Infinity)
  const kept = new Set([...whole.nodes].sort((a, b) => (weight.get(b.id) ?? 0) - (weight.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1)).slice(0, nodesMax).map((n) => n.id))
  return {
    graph: { nodes: whole.nodes.filter((n) => kept.has(n.id)), edges: whole.edges.filter((e) => kept.has(e.source) && kept.has(e.destination)) },
    left: whole.nodes.length - kept.size,
  }
}

export function subjectOf(edge: MapEdge): Subject {
  return {
    rps: edge.rps,
    error: edge.error,
    success: edge.error == null ? null : 1 - edge.error,
    p50: edge.p50,
    p95: edge.p95,
    p99: edge.p99,
    mtls: edge.mutualTls,
    source: edge.source,
    destination: edge.destination,
    namespace: [namespaceOf(edge.source), namespaceOf(edge.destination)],
    protocol: edge.protocol,
    new: edge.isNew,
  }
}

/** The edges that a query takes, and the nodes at their ends. */
export function filterGraph(graph: Graph, test: Predicate): Graph {
  const edges = graph.edges.filter((edge) => test(subjectOf(edge)))
  const ends = new Set<string>()
  for (const edge of edges) {
    ends.add(edge.source)
    ends.add(edge.destination)
  }
  return { nodes: graph.nodes.filter((node) => ends.has(node.id)), edges }
}

/** Edges whose traffic is not wholly under mutual TLS, among those that had any. */
export function plainEdges(edges: MapEdge[]): MapEdge[] {
  return edges.filter((edge) => edge.mutualTls < 1 && (edge.requests > 0 || edge.active > 0))
}
