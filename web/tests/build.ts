import type { MapEdge, MapNode } from '../src/model/graph'

export function node(id: string, change: Partial<MapNode> = {}): MapNode {
  const slash = id.indexOf('/')
  return {
    id, label: id.slice(slash + 1), namespace: slash < 0 ? '' : id.slice(0, slash), kind: 'service', members: 1, rps: 1, success: 1, p99: 10, clientErrors: 0, serverErrors: 0, score: 100, worst: null, worstMember: null,
    versions: ['v1'], zones: ['a'], workloads: 1, meshed: 1, x: null, y: null, badges: [], ...change,
  }
}

export function edge(id: string, change: Partial<MapEdge> = {}): MapEdge {
  const [source, destination] = id.split('>') as [string, string]
  return {
    id, source, destination, protocol: 'http1', members: 1, rps: 1, requests: 60, failures: 0, error: 0, p50: 1, p95: 2, p99: 3, bytesPerSecond: 10, active: 0, mutualTls: 1, retriesPerSecond: 0, isNew: false, score: 100, worst: null, ...change,
  }
}
