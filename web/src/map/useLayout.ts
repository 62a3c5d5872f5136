import { useEffect, useMemo, useRef, useState } from 'react'
import { layered, type LayerEdge, type LayerNode, type LayerOptions, type Placed } from '../model/layered'
import LayoutWorker from './layout.worker?worker'

/** So many edges are laid out in less time than a worker is asked in. */
const AT_ONCE_EDGES_MAX = 100
const LAYER_GAP = 130
const FEW = 24

let worker: Worker | null = null
let asked = 0
const waiting = new Map<number, (placed: Placed) => void>()

function ask(nodes: LayerNode[], edges: LayerEdge[], options: LayerOptions): Promise<Placed> {
  if (!worker) {
    worker = new LayoutWorker()
    worker.onmessage = (event: MessageEvent<{ id: number; placed: Placed }>) => {
      waiting.get(event.data.id)?.(event.data.placed)
      waiting.delete(event.data.id)
    }
  }
  const id = ++asked
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    worker!.postMessage({ id, nodes, edges, options })
  })
}

function optionsOf(nodes: LayerNode[], previous: Placed | null): LayerOptions {
  return { layerGap: LAYER_GAP, nodeGap: nodes.length <= FEW ? 38 : 24, ...(previous ? { previous: previous.nodes } : {}) }
}

/** Layout of a graph, computed again only when its nodes or edges change, not when their figures do: at once when it is small, as the surroundings of one
 * service are, else in a worker, so that the page stays smooth. */
export function useLayout(nodes: LayerNode[], edges: LayerEdge[]): Placed | null {
  const before = useRef<Placed | null>(null)
  const [late, setLate] = useState<{ key: string; placed: Placed } | null>(null)
  const isSmall = edges.length <= AT_ONCE_EDGES_MAX
  const key = `${nodes.map((n) => `${n.id}:${n.height}`).sort().join()}|${edges.map((e) => e.id).sort().join()}`
  // The key says all that matters of nodes and edges.
  const soon = useMemo(() => (isSmall ? layered(nodes, edges, optionsOf(nodes, before.current)) : null), [key, isSmall])
  useEffect(() => {
    if (isSmall) return
    let stale = false
    void ask(nodes, edges, optionsOf(nodes, before.current)).then((result) => stale || setLate({ key, placed: result }))
    return () => {
      stale = true
    }
  }, [key, isSmall])
  const placed = soon ?? (late?.key === key ? late.placed : before.current)
  useEffect(() => {
    before.current = placed
  }, [placed])
  return placed
}
