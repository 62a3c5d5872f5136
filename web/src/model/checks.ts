import type { CheckItem, ProxyItem, ResourceItem } from '../api/types'

// What callers' health checks say of endpoints that have no proxy, in the words of `weft get workloads` and `weft describe svc`.

export type Found = CheckItem['verdict']

/** A workload with a proxy, or one that a document declares outside the mesh. */
export interface Workload {
  workload: string
  service: string
  address: string
  version?: string
  /** How its proxy stands to the newest commit; "outside" where it has none. */
  state: string
  /** What its proxy says, or else what its callers found; "" where nobody looked. */
  health: string
}

/** One word for several findings of one endpoint; "" where there is none. */
export function foundOf(items: readonly CheckItem[]): Found | '' {
  const [first, ...others] = new Set(items.map((item) => item.verdict))
  if (first === undefined) return ''
  return others.length === 0 ? first : 'disputed'
}

export function healthyFor(item: CheckItem): string {
  return `${item.healthy} of ${item.healthy + item.unhealthy}`
}

/** Callers that find it unhealthy and that the server does not name. */
export function unnamed(item: CheckItem): number {
  return Math.max(0, item.unhealthy - item.unhealthyFor.length)
}

/** All workloads. One that is declared and has a proxy all the same is its proxy's. */
export function workloadsOf(proxies: readonly ProxyItem[], declared: readonly ResourceItem[], checks: readonly CheckItem[]): Workload[] {
  const meshed = new Set(proxies.map((p) => p.workload))
  const found = new Map<string, CheckItem[]>()
  for (const item of checks) found.set(item.endpoint, [...(found.get(item.endpoint) ?? []), item])
  const outside = declared.map((document) => fromDocument(document, found)).filter((w) => !meshed.has(w.workload))
  return [...proxies.map(fromProxy), ...outside]
}

function fromProxy(proxy: ProxyItem): Workload {
  return { workload: proxy.workload, service: proxy.service, address: proxy.address, version: proxy.labels['version'], state: proxy.state, health: proxy.health }
}

function fromDocument({ namespace, name, body }: ResourceItem, found: ReadonlyMap<string, CheckItem[]>): Workload {
  const { spec, metadata } = body as { spec?: { service?: string; address?: string }; metadata?: { labels?: Record<string, string> } }
  const workload = `${namespace}/${name}`
  return { workload, service: `${namespace}/${spec?.service ?? ''}`, address: spec?.address ?? '', version: metadata?.labels?.['version'], state: 'outside', health: foundOf(found.get(workload) ?? []) }
}
