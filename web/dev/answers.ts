import type { CheckItem, ResourceItem, ServiceItem, TopoEdge, Topology, TopologyColumns, TrafficRow } from '../src/api/types'
import { flowOf, spansOf, tracesNow } from './flows'
import { edgeAt, errorOf, factor, incidentStart, kept, latencyOf, nodesAt, world } from './world'

type Answer = { status: number; value: unknown }
const ok = (value: unknown): Answer => ({ status: 200, value })
const iso = (at: number) => new Date(at).toISOString()

const yaml = (kind: string, name: string, spec: string) => `apiVersion: weft.mesh/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: shop\nspec:\n${spec}`
const resources: ResourceItem[] = [
  ['HTTPRoute', 'recommend', '  parentRefs:\n  - kind: Service\n    name: recommend\n  rules:\n  - backendRefs:\n    - name: recommend-v1\n      weight: 90\n    - name: recommend-v2\n      weight: 10\n'],
  ['HTTPRoute', 'pricing', '  parentRefs:\n  - kind: Service\n    name: pricing\n  rules:\n  - timeouts:\n      request: 50ms   # as the shop says\n    retry:\n      attempts: 2\n'],
  ['TrafficPolicy', 'cart', '  targetRefs:\n  - kind: Service\n    name: cart\n  connections:\n    max: 512\n'],
  ['AuthorizationPolicy', 'payment-only-from-orders', '  targetRefs:\n  - kind: Service\n    name: payment\n  action: Allow\n  rules:\n  - from:\n    - serviceAccounts:\n      - orders\n'],
].map(([kind, name, spec], i) => ({ kind: kind!, namespace: 'shop', name: name!, commit: 9 + i, at: iso(Date.now() - (4 - i) * 3_600_000), body: {}, yaml: yaml(kind!, name!, spec!) }))

// Prices also come from two machines without a proxy: callers disagree about the one, and find the other dead.
const checks: CheckItem[] = [
  { service: 'shop/pricing', endpoint: 'shop/pricing-old', address: '10.0.3.7:8080', healthy: 1, unhealthy: 2, unhealthyFor: ['shop/cart', 'shop/catalog'], finding: 'GET /healthz of 10.0.3.7:8080: no answer within 1 s', since: iso(Date.now() - 40_000), verdict: 'disputed' },
  { service: 'shop/pricing', endpoint: 'shop/pricing-spare', address: '10.0.3.8:8080', healthy: 0, unhealthy: 7, unhealthyFor: ['shop/cart', 'shop/catalog', 'shop/feed', 'shop/load', 'shop/orders'], finding: 'GET /healthz of 10.0.3.8:8080: status 503', since: iso(Date.now() - 5_400_000), verdict: 'unhealthy' },
]
resources.push(...checks.map(({ endpoint, address }) => {
  const [name, host] = [endpoint.slice(5), address.split(':')[0]!]
  return { kind: 'Workload', namespace: 'shop', name, commit: 12, at: iso(Date.now() - 3_600_000), body: { metadata: { name, namespace: 'shop', labels: { version: 'v0' } }, spec: { service: 'pricing', address: host } }, yaml: yaml('Workload', name, `  service: pricing\n  address: ${host}\n`) }
}))

function topology(url: URL): Topology {
  const window = Number(url.searchParams.get('window') ?? 60)
  const at = url.searchParams.get('at') ? Date.parse(url.searchParams.get('at')!) : Date.now()
  const edges = world.edges.filter((edge) => Date.now() - edge.age * 1000 <= at).map((edge) => edgeAt(edge, at, window))
  const rps = edges.reduce((s, e) => s + e.rps, 0)
  const failures = edges.reduce((s, e) => s + e.failures, 0)
  const requests = edges.reduce((s, e) => s + e.requests, 0)
  const plain = edges.filter((e) => e.mutualTls < 1).length
  return { at: iso(at), windowSeconds: window, nodes: nodesAt(edges), edges, hidden: { nodes: 0, edges: 0 },
    totals: { rps, success: 1 - failures / requests, mutualTls: 1 - edges.filter((e) => e.mutualTls < 1).reduce((s, e) => s + e.rps, 0) / rps, edges: edges.length, plainEdges: plain } }
}

function columns(url: URL): TopologyColumns {
  const { edges, ...rest } = topology(url)
  const places = new Map(rest.nodes.map((n, i) => [n.id, i]))
  const protocols = [...new Set(edges.map((e) => e.protocol))]
  const column = <T>(of: (e: TopoEdge) => T) => edges.map(of)
  return { ...rest, protocols, edges: {
    source: column((e) => places.get(e.source)!), destination: column((e) => places.get(e.destination)!), protocol: column((e) => protocols.indexOf(e.protocol)), rps: column((e) => e.rps), requests: column((e) => e.requests),
    failures: column((e) => e.failures), p50Ms: column((e) => e.p50Ms ?? null), p95Ms: column((e) => e.p95Ms ?? null), p99Ms: column((e) => e.p99Ms ?? null), bytesPerSecond: column((e) => e.bytesPerSecond), active: column((e) => e.active),
    mutualTls: column((e) => e.mutualTls), retriesPerSecond: column((e) => e.retriesPerSecond), isNew: column((e) => e.isNew), score: column((e) => e.score ?? null), worst: column((e) => e.worst ?? null) } }
}

function rowOf(e: TopoEdge): TrafficRow {
  return { source: e.source, destination: e.destination, protocol: e.protocol, sourceIdentity: e.sourceIdentity, destinationIdentity: e.destinationIdentity, mutualTls: e.mutualTls, requestsPerSecond: e.rps, requests: e.requests,
    failures: e.failures, success: e.success, p50Ms: e.p50Ms, p95Ms: e.p95Ms, p99Ms: e.p99Ms, bytesPerSecond: e.bytesPerSecond, activeConnections: e.active, bypassed: 0, reasons: e.reasons, retriesPerSecond: e.retriesPerSecond,
    clientErrors: 0.001, serverErrors: 1 - (e.success ?? 1), score: e.score, parts: e.parts }
}

function stat(url: URL): TrafficRow[] {
  const by = url.searchParams.get('by') ?? 'service'
  const edges = world.edges.map((edge) => edgeAt(edge, Date.now(), 60))
  const nodes = nodesAt(edges)
  return nodes.filter((n) => n.rps > 0).flatMap((n) => {
    const base = { ...rowOf(edges.find((e) => e.destination === n.id)!), source: '', destination: n.id, requestsPerSecond: n.rps, success: n.success, p50Ms: n.p50Ms, p95Ms: n.p95Ms, p99Ms: n.p99Ms, namespace: n.namespace, score: n.score }
    if (by === 'workload') return Array.from({ length: n.workloads }, (_, i) => ({ ...base, workload: `${n.id}${n.workloads > 1 ? `-v${i + 1}` : ''}`, version: n.versions[i] ?? 'v1', zone: n.zones[0], requestsPerSecond: n.rps / n.workloads }))
    if (by === 'version') return n.versions.map((version, i) => ({ ...base, version, requestsPerSecond: n.rps * (n.versions.length === 1 ? 1 : i === 0 ? 0.9 : 0.1) }))
    if (by === 'zone') return n.zones.map((zone) => ({ ...base, zone }))
    if (by === 'route') return ['/products/{id}', '/cart/{id}/items', '/health'].map((template, i) => ({ ...base, route: i === 0 ? `HTTPRoute ${n.id}` : null, template, requestsPerSecond: n.rps * [0.7, 0.28, 0.02][i]! }))
    return [base]
  })
}

function series(url: URL): unknown {
  const of = url.searchParams.get('of') ?? 'mesh'
  const to = url.searchParams.get('to') ? Date.parse(url.searchParams.get('to')!) : Date.now()
  const from = url.searchParams.get('from') ? Date.parse(url.searchParams.get('from')!) : to - 900_000
  const step = Number(url.searchParams.get('step') ?? Math.max(1, Math.round((to - from) / 240_000)))
  const [kind, id] = [of.slice(0, of.indexOf(':')), of.slice(of.indexOf(':') + 1)]
  const edges = world.edges.filter((e) => of === 'mesh' || (kind === 'edge' ? `${e.source}>${e.destination}` === id : e.destination === id || kind === 'namespace'))
  const times = Array.from({ length: Math.floor((to - from) / 1000 / step) }, (_, i) => from + i * step * 1000)
  const rps = edges.reduce((s, e) => s + e.rps, 0)
  const noise = (at: number) => 1 + 0.07 * Math.sin(at / 5300) + 0.05 * Math.sin(at / 1700 + 1)
  const p50 = (at: number) => (edges.length ? Math.max(...edges.map((e) => latencyOf(e, at))) * noise(at * 1.3) : null)
  return { of, side: 'client', stepSeconds: step, start: iso(from), requests: times.map((t) => Math.round(rps * factor(t) * noise(t) * step)),
    failures: times.map((t) => Math.round(edges.reduce((s, e) => s + e.rps * errorOf(e, t), 0) * step * noise(t * 2))), p50Ms: times.map(p50), p95Ms: times.map((t) => (p50(t) ?? 0) * 2), p99Ms: times.map((t) => (p50(t) ?? 0) * 3.3),
    bytes: times.map(() => 100_000), mutualTls: times.map((t) => Math.round(rps * factor(t) * step)), retries: times.map(() => 1),
    parts: { clientRttMs: times.map(() => 0.1), serverRttMs: times.map(() => 0.3), applicationMs: times.map((t) => (p50(t) ?? 0) * 0.8), transferMs: times.map(() => 0.2), queueMs: times.map(() => 0.1), connectMs: times.map(() => 0.02) } }
}

function frames(url: URL): unknown {
  const to = url.searchParams.get('to') ? Date.parse(url.searchParams.get('to')!) : Date.now()
  const from = url.searchParams.get('from') ? Date.parse(url.searchParams.get('from')!) : to - 86_400_000
  const step = Number(url.searchParams.get('step') ?? 10)
  const nodes = world.nodes.map((n) => n.id)
  const index = new Map(nodes.map((id, i) => [id, i]))
  const list = world.edges.slice(0, 300)
  const count = Math.min(2000, Math.floor((to - from) / 1000 / step))
  return { stepSeconds: step, start: iso(from), nodes, edges: list.map((e) => ({ source: index.get(e.source), destination: index.get(e.destination), protocol: e.protocol })),
    frames: Array.from({ length: count }, (_, f) => {
      const at = from + f * step * 1000
      return list.map((e, i) => {
        const requests = Math.round(e.rps * factor(at) * step)
        return [i, requests, Math.round(requests * errorOf(e, at)), latencyOf(e, at) * 3.4, e.mutualTls]
      })
    }) }
}

function status(): unknown {
  const proxies = world.nodes.filter((n) => n.kind === 'service').slice(0, 400).flatMap((n, i) => Array.from({ length: n.workloads }, (_, k) => ({
    workload: `${n.id}${n.workloads > 1 ? `-v${k + 1}` : ''}`, service: n.id, address: `10.77.0.${(i % 250) + 2}`, state: i === 5 ? 'lagging' : 'current', health: 'healthy', commit: i === 5 ? 11 : 12, lagMs: i === 5 ? 5200 : 14 + i, version: '0.1.0',
    capture: 'redirect', identity: `spiffe://weft.local/ns/${n.id.replace('/', '/sa/')}`, certificateNotAfter: iso(Date.now() + (20 - i * 0.3) * 3_600_000), connectedAt: iso(Date.now() - 3_600_000 * 7), residentBytes: (9 + (i % 4)) * 1024 * 1024, cpuUs: 4_200_000, subscriptions: 6, labels: { version: n.versions[k] ?? 'v1' } })))
  return { commit: 12, trustDomain: 'weft.local', version: '0.1.0', startedAt: iso(Date.now() - 7 * 3_600_000), now: iso(Date.now()), rootNotAfter: iso(Date.now() + 3650 * 86_400_000), issuerNotAfter: iso(Date.now() + 300 * 86_400_000), proxies }
}

const commits = Array.from({ length: 12 }, (_, i) => ({ commit: 12 - i, hash: 'a1b2c3d4'.repeat(4), dryRun: false, at: iso(Date.now() - i * 3_300_000), author: i % 3 ? 'local:uid=0' : 'token:admin', message: i === 0 ? 'request timeout of pricing 50 ms' : i === 1 ? 'recommend v2 gets 10 %' : `routes of the shop (${12 - i})`,
  changes: [{ kind: 'HTTPRoute', namespace: 'shop', name: i % 2 ? 'recommend' : 'pricing', action: i === 11 ? 'created' : 'configured', before: resources[1]!.yaml.replace('50ms', '250ms'), after: resources[1]!.yaml }], warnings: [] }))

function why(url: URL): unknown {
  const [source, destination] = [url.searchParams.get('source'), url.searchParams.get('destination')]
  return { source, destination, verdict: { ok: false, code: 'WF4021', text: `8.4 % of requests from ${source} to ${destination} time out after 50 ms; half of its answers take longer` }, steps: [
    { name: 'name', ok: true, text: `"${destination?.split('/')[1]}" is the service ${destination}, virtual address 240.77.0.9`, evidence: { address: '240.77.0.9', port: 8080 } },
    { name: 'listener', ok: true, text: 'captured by redirect, protocol http1 as declared', evidence: {} },
    { name: 'route', ok: true, text: 'rule 1 of HTTPRoute shop/pricing: every path', object: 'HTTPRoute shop/pricing', line: 12, commit: 12, evidence: { timeout: '50ms', attempts: 2 } },
    { name: 'policy', ok: true, text: 'no AuthorizationPolicy selects it: allowed by the mesh default', object: null, evidence: {} },
    { name: 'endpoints', ok: true, text: '2 of 3 endpoints take requests, 1 is ejected for 5xx', evidence: { healthy: 2, ejected: 1 } },
    { name: 'certificate', ok: true, text: 'both sides have valid certificates of trust domain weft.local', evidence: {} },
    { name: 'outcomes', ok: false, text: '84 of 1,000 requests in the last minute: UPSTREAM_TIMEOUT', evidence: { requests: 1000, UPSTREAM_TIMEOUT: 84, p99Ms: 163 } } ] }
}

function services(): ServiceItem[] {
  return world.nodes.filter((n) => n.kind === 'service').map((n, i) => {
    const outside = checks.filter((c) => c.service === n.id)
    return { namespace: n.id.split('/')[0]!, name: n.id.split('/')[1]!, virtualAddress: `240.77.0.${(i % 250) + 1}`, ports: [8080], endpoints: n.workloads + outside.length, healthy: n.workloads + outside.filter((c) => c.healthy > 0).length, implicit: true, meshed: n.workloads }
  })
}

export function answer(url: URL, method: string, body: string): Answer {
  const path = url.pathname
  if (path === '/v1/topology') return ok(topology(url))
  if (path === '/v1/topology/columns') return ok(columns(url))
  if (path === '/v1/topology/frames') return ok(frames(url))
  if (path === '/v1/topology/diff') return ok({ a: url.searchParams.get('a'), b: url.searchParams.get('b'), windowSeconds: 60, added: [], gone: [], changed: [] })
  if (path === '/v1/layout') {
    if (method === 'PUT') Object.assign(kept, (JSON.parse(body) as { positions: Record<string, [number, number]> }).positions)
    return ok({ positions: kept })
  }
  if (path === '/v1/series') return ok(series(url))
  if (path === '/v1/stat') return ok({ windowSeconds: 60, rows: stat(url) })
  if (path === '/v1/edges') return ok({ windowSeconds: 60, rows: world.edges.map((e) => rowOf(edgeAt(e, Date.now(), 60))) })
  if (path === '/v1/scores') {
    const edges = world.edges.map((e) => edgeAt(e, Date.now(), 60))
    const items = url.searchParams.get('by') === 'edge' ? edges.map((e) => ({ id: e.id, score: e.score, worst: e.worst })) : nodesAt(edges).map((n) => ({ id: n.id, score: n.score, worst: n.worst }))
    return ok({ items: items.map(({ id, score, worst }) => ({ id, score, penalties: worst ? [{ kind: 'errors', points: 100 - (score ?? 100), title: worst, evidence: { nowShare: 0.084, baselineShare: 0.002, requests: 1000 }, cause: 'application', since: iso(incidentStart) }] : [] })) })
  }
  if (path === '/v1/home') return ok({ verdict: 'degraded', sentence: 'One of 15 edges is failing: cart → pricing loses 8.4 % of its requests to timeouts since 10 minutes.', golden: { rps: 248, success: 0.9917, p99Ms: 163 }, encrypted: 0.995, soonestExpiry: iso(Date.now() + 16 * 3_600_000),
    proxiesCurrent: 12, proxiesLagging: 1, services: world.nodes.length, workloads: world.nodes.length + 1, problems: [{ title: 'cart → pricing: 8.4 % of requests time out', link: '/map?sel=shop/cart>shop/pricing', score: 41 }, { title: 'web → cart: 3.1 % of requests fail', link: '/services/shop/cart', score: 78 }, { title: 'payment → api.stripe.com is not under mutual TLS', link: '/identity', score: 88 }],
    changes: [{ title: 'commit 12: request timeout of pricing 50 ms', link: '/config/commits/12', at: iso(incidentStart - 20_000) }, { title: 'new edge payment → api.stripe.com', link: '/map?sel=shop/payment>api.stripe.com', at: iso(Date.now() - 1_800_000) }, { title: 'commit 11: recommend v2 gets 10 %', link: '/config/commits/11', at: iso(Date.now() - 3_300_000) }] })
  if (path === '/v1/flows') {
    const now = Math.floor(Date.now() / 1000)
    const all = Array.from({ length: 300 }, (_, i) => flowOf(now - i))
    return ok({ flows: all.slice(0, Number(url.searchParams.get('limit') ?? 200)), dropped: 0 })
  }
  if (path.startsWith('/v1/flows/')) {
    const outbound = { ...flowOf(Math.floor(Date.now() / 1000)), ...{ requestId: decodeURIComponent(path.slice(10)), status: 504, reason: 'UPSTREAM_TIMEOUT', detail: 'no answer within 50 ms, the request timeout of HTTPRoute shop/pricing' } }
    return ok({ requestId: outbound.requestId, ok: false, verdict: 'Both attempts at shop/pricing ran into the request timeout of 50 ms; the application held the request for 162 ms.', cause: { code: 'BACKEND_TIMEOUT', text: 'BACKEND_TIMEOUT: both attempts', source: 'shop/cart', destination: 'shop/pricing', seenBy: 'caller', object: 'HTTPRoute shop/pricing', line: 12, commit: 12 }, hops: [outbound, { ...outbound, direction: 'inbound', status: 200, reason: 'CLIENT_CLOSED', proxy: 'shop/pricing', detail: '', attempts: [] }], asked: ['shop/pricing'] })
  }
  if (path === '/v1/traces') return ok({ items: tracesNow(Number(url.searchParams.get('limit') ?? 50)) })
  if (path.startsWith('/v1/traces/')) return ok({ traceId: path.slice(11), spans: spansOf(path.slice(11)) })
  if (path === '/v1/why' && method === 'POST') return ok({ ...(why(url) as object), verdict: { ok: true, code: null, text: 'GET / reaches shop/pricing' }, now: { ok: false, code: 'WF4021', text: '8.4 % of requests time out after 50 ms' } })
  if (path === '/v1/why') return ok(why(url))
  if (path === '/v1/status') return ok(status())
  if (path === '/v1/checks') return ok(checks.filter((c) => [null, c.service].includes(url.searchParams.get('service'))))
  if (path === '/v1/services') return ok(services())
  if (path === '/v1/resources') return ok({ items: resources.filter((r) => (!url.searchParams.get('kind') || r.kind === url.searchParams.get('kind')) && (!url.searchParams.get('name') || r.name === url.searchParams.get('name'))) })
  if (path === '/v1/commits' && method === 'POST') {
    const request = JSON.parse(body) as { dryRun?: boolean; documents: { text: string }[] }
    if (request.documents[0]!.text.includes('\t')) return { status: 400, value: { code: 'WF2000', message: 'one document cannot be read', findings: [{ code: 'WF2001', severity: 'error', message: 'a tab cannot indent', location: { file: 'editor', line: request.documents[0]!.text.split('\n').findIndex((l) => l.includes('\t')) + 1, column: 1 }, fixes: ['use spaces'] }] } }
    return ok({ ...commits[0], commit: request.dryRun ? 12 : 13, dryRun: request.dryRun ?? false, changes: [{ ...commits[0]!.changes[0], after: request.documents[0]!.text }] })
  }
  if (path === '/v1/commits') return ok(commits.map((c) => ({ ...c, changes: c.changes.map(({ before: _, after: __, ...rest }) => rest) })))
  if (path.endsWith('/revert')) return ok(commits[0])
  if (path.endsWith('/rollout')) return ok({ commit: 13, done: true, affected: 13, current: 13, lagging: [], refused: [], elapsedMs: 41 })
  if (path.startsWith('/v1/commits/')) return ok(commits.find((c) => c.commit === Number(path.slice(12))) ?? commits[0])
  if (path === '/v1/audit') return ok(Array.from({ length: 30 }, (_, i) => ({ id: 30 - i, at: iso(Date.now() - i * 700_000), actor: 'local:uid=0', action: i % 3 ? 'token.issue' : 'commit.apply', detail: i % 3 ? 'shop/cart' : 'commit 12', outcome: 'ok' })))
  if (path === '/v1/trust') return ok({ trustDomain: 'weft.local', pin: 'sha256:3f1c…', rootsPem: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n' })
  if (path === '/v1/health') return ok({ status: 'ok', commit: 12, version: '0.1.0' })
  if (path === '/v1/session') return ok({ user: 'local', role: 'admin', csrf: 'mock' })
  if (path === '/v1/logout') return ok({ text: 'logged out' })
  if (path.includes('/commands/')) return ok({ text: path.endsWith('/dump') ? '{\n  "routes": [],\n  "endpoints": [],\n  "commit": 12\n}' : 'done' })
  return { status: 404, value: { code: 'WF0012', message: `the API has no such call: ${path}`, findings: [] } }
}
