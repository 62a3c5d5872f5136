// The answers of weft-server's API, field by field as in src/Weft.Contracts/Api. What is missing is null or left out, never 0.

export interface Parts {
  clientRttMs?: number | null
  serverRttMs?: number | null
  applicationMs?: number | null
  transferMs?: number | null
  queueMs?: number | null
  connectMs?: number | null
}

export interface TopoNode {
  id: string
  namespace: string
  name: string
  kind: string
  workloads: number
  meshed: number
  versions: string[]
  zones: string[]
  rps: number
  success?: number | null
  p50Ms?: number | null
  p95Ms?: number | null
  p99Ms?: number | null
  clientErrors: number
  serverErrors: number
  score?: number | null
  worst?: string | null
  firstSeen?: string | null
  x?: number | null
  y?: number | null
}

export interface TopoEdge {
  id: string
  source: string
  destination: string
  protocol: string
  rps: number
  requests: number
  failures: number
  success?: number | null
  p50Ms?: number | null
  p95Ms?: number | null
  p99Ms?: number | null
  bytesPerSecond: number
  active: number
  mutualTls: number
  sourceIdentity: string
  destinationIdentity: string
  retriesPerSecond: number
  parts: Parts
  reasons: Record<string, number>
  firstSeen?: string | null
  isNew: boolean
  score?: number | null
  worst?: string | null
}

export interface Topology {
  at: string
  windowSeconds: number
  nodes: TopoNode[]
  edges: TopoEdge[]
  hidden: { nodes: number; edges: number }
  totals: { rps: number; success?: number | null; mutualTls: number; edges: number; plainEdges: number }
}

/** What the map draws of a topology: element i of every list is about edge i; ends and protocols are indexes. */
export interface TopologyColumns extends Omit<Topology, 'edges'> {
  protocols: string[]
  edges: {
    source: number[]
    destination: number[]
    protocol: number[]
    rps: number[]
    requests: number[]
    failures: number[]
    p50Ms: (number | null)[]
    p95Ms: (number | null)[]
    p99Ms: (number | null)[]
    bytesPerSecond: number[]
    active: number[]
    mutualTls: number[]
    retriesPerSecond: number[]
    isNew: boolean[]
    score: (number | null)[]
    worst: (string | null)[]
  }
}

/** One entry of a frame: index of the edge, requests, failures, p99 in ms or null, share under mutual TLS. */
export type FrameEntry = [number, number, number, number | null, number]

export interface Frames {
  stepSeconds: number
  start: string
  nodes: string[]
  edges: { source: number; destination: number; protocol: string }[]
  frames: FrameEntry[][]
}

export interface TopologyDiff {
  a: string
  b: string
  windowSeconds: number
  added: TopoEdge[]
  gone: TopoEdge[]
  changed: { id: string; before: TopoEdge; after: TopoEdge; why: string[] }[]
}

export interface Series {
  of: string
  side: string
  stepSeconds: number
  start: string
  requests: number[]
  failures: number[]
  p50Ms: (number | null)[]
  p95Ms: (number | null)[]
  p99Ms: (number | null)[]
  bytes: number[]
  mutualTls: number[]
  retries: number[]
  parts: { [K in keyof Parts]?: (number | null)[] }
}

export interface TrafficRow {
  source: string
  destination: string
  backend?: string | null
  route?: string | null
  protocol: string
  sourceIdentity: string
  destinationIdentity: string
  mutualTls: number
  requestsPerSecond: number
  requests: number
  failures: number
  success?: number | null
  p50Ms?: number | null
  p95Ms?: number | null
  p99Ms?: number | null
  bytesPerSecond: number
  activeConnections: number
  bypassed: number
  reasons: Record<string, number>
  namespace?: string | null
  workload?: string | null
  version?: string | null
  zone?: string | null
  template?: string | null
  retriesPerSecond: number
  clientErrors: number
  serverErrors: number
  score?: number | null
  parts?: Parts | null
}

export interface TrafficTable {
  windowSeconds: number
  rows: TrafficRow[]
}

export interface Penalty {
  kind: string
  points: number
  title: string
  evidence: Record<string, unknown>
  cause?: string | null
  since?: string | null
}

export interface ScoreItem {
  id: string
  score?: number | null
  penalties: Penalty[]
}

export interface HomeItem {
  title: string
  link: string
  score?: number | null
  at?: string | null
}

export interface Home {
  verdict: 'good' | 'degraded' | 'bad'
  sentence: string
  golden: { rps: number; success?: number | null; p99Ms?: number | null }
  encrypted?: number | null
  soonestExpiry?: string | null
  proxiesCurrent: number
  proxiesLagging: number
  services: number
  workloads: number
  problems: HomeItem[]
  changes: HomeItem[]
}

export interface Party {
  service?: string
  workload?: string
  identity?: string
  zone?: string
  address?: string
  version?: string
}

export interface Flow {
  requestId?: string
  traceId?: string
  spanId?: string
  parentSpanId?: string
  startUnixUs?: number
  direction?: string
  protocol?: string
  source?: Party
  destination?: Party
  originalDestination?: string
  method?: string
  host?: string
  path?: string
  template?: string
  status?: number
  grpcStatus?: number
  bytesSent?: number
  bytesReceived?: number
  messagesSent?: number
  messagesReceived?: number
  timing?: {
    totalUs?: number
    clientRttUs?: number
    serverRttUs?: number
    applicationUs?: number
    transferUs?: number
    queueUs?: number
    connectUs?: number
  }
  tls?: { version?: string; cipher?: string; mutual?: boolean; resumed?: boolean; upstreamVersion?: string; upstreamCipher?: string }
  route?: string
  backend?: string
  policy?: string
  commit?: number
  reason?: string
  flags?: string
  detail?: string
  sampled?: string
  proxy?: string
  attempts?: { endpoint?: string; reason?: string; connectUs?: number; waitUs?: number; status?: number; queueUs?: number }[]
  considered?: { endpoint?: string; verdict?: string; ewmaUs?: number; active?: number }[]
  headers?: { name: string; value: string; response?: boolean }[]
}

export interface FlowList {
  flows: Flow[]
  dropped: number
}

export interface FlowStory {
  requestId: string
  verdict: string
  ok: boolean
  cause?: { code?: string | null; text: string; source: string; destination: string; seenBy: string; object?: string | null; line?: number | null; commit?: number | null } | null
  hops: Flow[]
  asked: string[]
}

export interface TraceItem {
  traceId: string
  start: string
  durationMs: number
  spans: number
  services: string[]
  errors: number
  root: string
}

export interface Span {
  spanId: string
  parentSpanId?: string | null
  service: string
  name: string
  start: string
  durationMs: number
  error: boolean
  source: string
  attributes: Record<string, string>
}

export interface Trace {
  traceId: string
  spans: Span[]
}

export interface WhyAnswer {
  source: string
  destination: string
  verdict: { ok: boolean; code?: string | null; text: string }
  /** The verdict by what is in force, when the answer is about what is not. */
  now?: WhyAnswer['verdict'] | null
  steps: {
    name: string
    ok: boolean
    text: string
    object?: string | null
    /** Of an object that is in no commit yet: the file of the question, which the line is of. */
    file?: string | null
    line?: number | null
    commit?: number | null
    evidence: Record<string, unknown>
  }[]
}

export interface ProxyItem {
  workload: string
  service: string
  address: string
  state: string
  health: string
  commit: number
  lagMs: number
  lastRefusal?: string | null
  version: string
  capture: string
  identity: string
  certificateNotAfter?: string | null
  connectedAt: string
  residentBytes: number
  cpuUs: number
  subscriptions: number
  labels: Record<string, string>
}

export interface MeshStatus {
  commit: number
  trustDomain: string
  version: string
  startedAt: string
  now: string
  rootNotAfter: string
  issuerNotAfter: string
  proxies: ProxyItem[]
}

export interface ServiceItem {
  namespace: string
  name: string
  virtualAddress: string
  ports: number[]
  endpoints: number
  healthy: number
  implicit: boolean
  meshed: number
}

/** What callers' proxies have found of an endpoint that has no proxy of its own. */
export interface CheckItem {
  service: string
  endpoint: string
  /** Where it was asked. */
  address: string
  /** Callers' proxies that find it healthy, and those that do not. */
  healthy: number
  unhealthy: number
  /** The first of the latter, and what the first of these found. */
  unhealthyFor: string[]
  finding: string
  /** When the first of these found it, or, where there is none, when the last did not any more. */
  since?: string
  verdict: 'healthy' | 'unhealthy' | 'disputed'
}

export interface ResourceItem {
  kind: string
  namespace: string
  name: string
  commit: number
  at: string
  body: Record<string, unknown>
  yaml: string
}

export interface ResourceChange {
  kind: string
  namespace: string
  name: string
  action: string
  before?: string | null
  after?: string | null
}

export interface Finding {
  code: string
  severity: string
  message: string
  location?: { file: string; line: number; column: number; path?: string; text?: string } | null
  cause?: string | null
  near?: string | null
  fixes: string[]
}

export interface CommitResult {
  commit: number
  hash: string
  dryRun: boolean
  at: string
  author: string
  message?: string | null
  changes: ResourceChange[]
  warnings: Finding[]
}

export interface RolloutStatus {
  commit: number
  done: boolean
  affected: number
  current: number
  lagging: string[]
  refused: { workload: string; resource: string; reason: string }[]
  elapsedMs: number
}

export interface AuditItem {
  id: number
  at: string
  actor: string
  action: string
  detail: string
  outcome: string
}

export interface Trust {
  trustDomain: string
  rootsPem: string
  pin: string
}

export interface Session {
  user: string
  role: 'viewer' | 'operator' | 'admin'
  csrf: string
}

export interface TapStatus {
  proxies: number
  matched: number
  dropped: number
}
