import type { TopoEdge, TopoNode } from '../src/api/types'

// Two made-up meshes: the sample shop with twelve services, and one of 2,000 services with 20,000 edges (WEFT_MOCK=large).

export interface WorldEdge {
  source: string
  destination: string
  protocol: string
  rps: number
  error: number
  p50: number
  mutualTls: number
  /** Seconds before now at which it was first seen. */
  age: number
}

export interface World {
  nodes: { id: string; kind: string; versions: string[]; zones: string[]; workloads: number }[]
  edges: WorldEdge[]
}

export function random(seed: number): () => number {
  let s = seed >>> 0
  return () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const SHOP: [string, string, string, number, number, number, number][] = [
  ['load', 'web', 'http1', 48, 0.004, 14, 1],
  ['load', 'feed', 'http1', 2.1, 0, 31, 1],
  ['load', 'orders', 'grpc', 6.2, 0.001, 9, 1],
  ['web', 'catalog', 'http1', 31, 0.001, 6.1, 1],
  ['web', 'cart', 'http1', 17, 0.031, 7.3, 1],
  ['web', 'recommend', 'http1', 24, 0.0, 3.2, 1],
  ['web', 'reviews', 'http1', 12, 0.002, 11, 1],
  ['web', 'orders', 'grpc', 5.4, 0.001, 10, 1],
  ['catalog', 'pricing', 'http1', 30, 0.0, 2.4, 1],
  ['reviews', 'catalog', 'http1', 11.8, 0, 6.2, 1],
  ['cart', 'redis', 'tcp', 34, 0, 0.6, 1],
  ['cart', 'pricing', 'http1', 16.6, 0.084, 48, 1],
  ['orders', 'inventory', 'grpc', 11, 0, 1.8, 1],
  ['orders', 'payment', 'grpc', 5.2, 0.002, 4.1, 1],
  ['feed', 'orders', 'grpc', 2, 0, 12, 1],
]

function shop(): World {
  const names = [...new Set(SHOP.flatMap(([a, b]) => [a, b]))]
  const zones = ['eu-1a', 'eu-1b']
  const nodes = names.map((name, i) => ({
    id: `shop/${name}`,
    kind: 'service',
    versions: name === 'recommend' ? ['v1', 'v2'] : ['v1'],
    zones: [zones[i % 2]!],
    workloads: name === 'recommend' ? 2 : 1,
  }))
  const edges = SHOP.map(([a, b, protocol, rps, error, p50, mutualTls], i) => ({
    source: `shop/${a}`, destination: `shop/${b}`, protocol, rps, error, p50, mutualTls, age: 86_400 * 3 + i,
  }))
  nodes.push({ id: 'api.stripe.com', kind: 'external', versions: [], zones: [], workloads: 0 })
  edges.push({ source: 'shop/payment', destination: 'api.stripe.com', protocol: 'tcp', rps: 1.2, error: 0, p50: 38, mutualTls: 0, age: 1800 })
  return { nodes, edges }
}

function large(services = 2000, count = 20_000): World {
  const next = random(7)
  const spaces = ['payments', 'checkout', 'catalog', 'search', 'identity', 'orders', 'inventory', 'shipping', 'pricing', 'media', 'ads', 'analytics', 'messaging', 'support',
    'billing', 'fraud', 'recommend', 'profile', 'platform', 'edge', 'geo', 'loyalty', 'tax', 'reviews', 'returns', 'warehouse', 'partners', 'reporting', 'mail', 'ml']
  const weights = spaces.map(() => 0.3 + next() ** 2 * 3)
  const sum = weights.reduce((a, b) => a + b, 0)
  const kinds = ['api', 'worker', 'store', 'cache', 'gateway', 'index', 'sync', 'rules', 'feed', 'admin']
  const nodes: World['nodes'] = []
  const members: string[][] = spaces.map(() => [])
  spaces.forEach((space, s) => {
    const n = s === spaces.length - 1 ? services - nodes.length : Math.max(8, Math.round((weights[s]! / sum) * services))
    for (let i = 0; i < n && nodes.length < services; i++) {
      const id = `${space}/${kinds[i % kinds.length]}-${String(i).padStart(2, '0')}`
      members[s]!.push(id)
      nodes.push({ id, kind: 'service', versions: next() < 0.1 ? ['v1', 'v2'] : ['v1'], zones: [`eu-1${'abc'[Math.floor(next() * 3)]}`], workloads: 1 + Math.floor(next() * 4) })
    }
  })
  const seen = new Set<string>()
  const edges: World['edges'] = []
  const hub = members[spaces.indexOf('platform')]![0]!
  const add = (source: string, destination: string, rps: number) => {
    const id = `${source}>${destination}`
    if (source === destination || seen.has(id)) return
    seen.add(id)
    const bad = next()
    edges.push({ source, destination, protocol: next() < 0.55 ? 'http1' : next() < 0.8 ? 'grpc' : 'tcp', rps, error: bad < 0.002 ? 0.05 + next() * 0.2 : bad < 0.006 ? 0.02 : next() < 0.7 ? 0 : next() * 0.003,
      p50: 0.5 + next() ** 3 * 60, mutualTls: next() < 0.003 ? 0 : 1, age: next() < 0.002 ? 1200 : 86_400 * 9 })
  }
  for (const node of nodes) if (next() < 0.6) add(node.id, hub, 0.2)
  while (edges.length < count) {
    const s = Math.floor(next() ** 1.4 * spaces.length)
    const from = members[s]!
    const inside = next() < 0.62
    const to = inside ? from : members[(s + 1 + Math.floor(next() ** 2 * 7)) % spaces.length]!
    add(from[Math.floor(next() * from.length)]!, to[Math.floor(next() ** 2.2 * to.length)]!, 0.05 + next() ** 8 * 900)
  }
  return { nodes, edges }
}

export const world: World = process.env['WEFT_MOCK'] === 'large' ? large() : shop()

/** Load over the day, and an incident that began ten minutes ago. */
export function factor(at: number): number {
  const hour = (at / 3_600_000) % 24
  return 0.75 + 0.35 * Math.sin(((hour - 8) / 24) * 2 * Math.PI) + 0.05 * Math.sin(at / 7000)
}

export const incidentStart = Date.now() - 10 * 60_000

export function errorOf(edge: WorldEdge, at: number): number {
  return edge.error > 0.02 && at < incidentStart ? 0.002 : edge.error
}

export function latencyOf(edge: WorldEdge, at: number): number {
  const jitter = 1 + 0.08 * Math.sin(at / 9000 + edge.rps)
  return (edge.error > 0.05 && at < incidentStart ? edge.p50 / 8 : edge.p50) * jitter
}

export function edgeAt(edge: WorldEdge, at: number, window: number): TopoEdge {
  const rps = edge.rps * factor(at)
  const requests = Math.round(rps * window)
  const error = errorOf(edge, at)
  const failures = Math.round(requests * error)
  const p50 = latencyOf(edge, at)
  const score = Math.round(100 - Math.min(70, error * 700) - (edge.mutualTls < 1 ? 12 : 0))
  return {
    id: `${edge.source}>${edge.destination}`, source: edge.source, destination: edge.destination, protocol: edge.protocol, rps, requests, failures,
    success: requests > 0 ? 1 - failures / requests : null, p50Ms: p50, p95Ms: p50 * 2.1, p99Ms: p50 * 3.4, bytesPerSecond: rps * 2400, active: Math.ceil(rps / 20),
    mutualTls: edge.mutualTls, sourceIdentity: edge.mutualTls ? `spiffe://weft.local/ns/${edge.source.replace('/', '/sa/')}` : '',
    destinationIdentity: edge.mutualTls ? `spiffe://weft.local/ns/${edge.destination.replace('/', '/sa/')}` : '', retriesPerSecond: rps * error * 0.6,
    parts: { clientRttMs: 0.08, serverRttMs: 0.21, applicationMs: p50 * 0.86, transferMs: p50 * 0.05, queueMs: p50 * 0.02, connectMs: 0.01 },
    reasons: failures > 0 ? { OK: requests - failures, UPSTREAM_TIMEOUT: failures } : { OK: requests }, firstSeen: new Date(Date.now() - edge.age * 1000).toISOString(), isNew: edge.age < 86_400,
    score, worst: error > 0.02 ? `${(error * 100).toFixed(1)} % of requests fail` : edge.mutualTls < 1 ? 'not under mutual TLS' : null,
  }
}

export function nodesAt(edges: TopoEdge[]): TopoNode[] {
  const into = new Map<string, TopoEdge[]>()
  for (const edge of edges) (into.get(edge.destination) ?? into.set(edge.destination, []).get(edge.destination)!).push(edge)
  return world.nodes.map((node) => {
    const list = into.get(node.id) ?? []
    const requests = list.reduce((s, e) => s + e.requests, 0)
    const failures = list.reduce((s, e) => s + e.failures, 0)
    const slash = node.id.indexOf('/')
    const worst = list.reduce<TopoEdge | null>((w, e) => (w == null || (e.score ?? 100) < (w.score ?? 100) ? e : w), null)
    return {
      id: node.id, namespace: slash < 0 ? '' : node.id.slice(0, slash), name: node.id.slice(slash + 1), kind: node.kind, workloads: node.workloads, meshed: node.workloads,
      versions: node.versions, zones: node.zones, rps: list.reduce((s, e) => s + e.rps, 0), success: requests > 0 ? 1 - failures / requests : null,
      p50Ms: list.length ? Math.max(...list.map((e) => e.p50Ms ?? 0)) : null, p95Ms: list.length ? Math.max(...list.map((e) => e.p95Ms ?? 0)) : null,
      p99Ms: list.length ? Math.max(...list.map((e) => e.p99Ms ?? 0)) : null, clientErrors: requests > 0 ? (failures / requests) * 0.1 : 0, serverErrors: requests > 0 ? (failures / requests) * 0.9 : 0,
      score: requests > 0 ? Math.round(100 - Math.min(70, (failures / requests) * 700)) : null, worst: failures / Math.max(1, requests) > 0.02 ? worst?.worst ?? null : null, firstSeen: null,
      x: kept[node.id]?.[0] ?? null, y: kept[node.id]?.[1] ?? null,
    }
  })
}

export const kept: Record<string, [number, number]> = {}
