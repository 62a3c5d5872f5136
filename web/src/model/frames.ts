import type { Frames } from '../api/types'
import type { Graph, MapEdge } from './graph'

/** The graph with the figures of one frame: edges that had traffic then, with what was counted. */
export function applyFrame(graph: Graph, frames: Frames, index: number): Graph {
  const frame = frames.frames[index]
  if (!frame) return graph
  const known = new Map(graph.edges.map((e) => [`${e.source}>${e.destination}>${e.protocol}`, e]))
  const edges: MapEdge[] = []
  const into = new Map<string, { requests: number; failures: number; p99: number | null }>()
  for (const [at, requests, failures, p99, mutualTls] of frame) {
    const link = frames.edges[at]
    const source = link && frames.nodes[link.source]
    const destination = link && frames.nodes[link.destination]
    if (source === undefined || destination === undefined) continue
    const error = requests > 0 ? failures / requests : null
    const base = known.get(`${source}>${destination}>${link!.protocol}`)
    edges.push({
      ...(base ?? { ...EMPTY, id: `${source}>${destination}`, source, destination, protocol: link!.protocol }),
      requests, failures, error, p99, p50: null, p95: null, mutualTls, rps: requests / frames.stepSeconds, score: null, worst: null, isNew: false,
    })
    const sum = into.get(destination) ?? { requests: 0, failures: 0, p99: null }
    sum.requests += requests
    sum.failures += failures
    if (p99 != null) sum.p99 = Math.max(sum.p99 ?? 0, p99)
    into.set(destination, sum)
  }
  const nodes = graph.nodes.map((node) => {
    const sum = into.get(node.id)
    const error = sum && sum.requests > 0 ? sum.failures / sum.requests : null
    return { ...node, rps: (sum?.requests ?? 0) / frames.stepSeconds, success: error == null ? null : 1 - error, serverErrors: error ?? 0, clientErrors: 0, p99: sum?.p99 ?? null, score: null, worst: null }
  })
  return { nodes, edges }
}

const EMPTY: Omit<MapEdge, 'id' | 'source' | 'destination' | 'protocol'> = {
  members: 1, rps: 0, requests: 0, failures: 0, error: null, p50: null, p95: null, p99: null, bytesPerSecond: 0, active: 0, mutualTls: 0, retriesPerSecond: 0, isNew: false, score: null, worst: null,
}
