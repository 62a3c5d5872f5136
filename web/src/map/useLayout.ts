import { useEffect, useRef, useState } from 'react'
import type { LayerEdge, LayerNode, Placed } from '../model/layered'
import LayoutWorker from './layout.worker?worker'

let worker: Worker | null = null
let asked = 0
const waiting = new Map<number, (placed: Placed) => void>()

function ask(nodes: LayerNode[], edges: LayerEdge[], previous: Placed['nodes'] | undefined): Promise<Placed> {
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
    worker!.postMessage({ id, nodes, edges, options: { layerGap: 130, nodeGap: nodes.length <= 24 ? 38 : 24, ...(previous ? { previous } : {}) } })
  })
}

/** Layout of a graph, computed again only when its nodes or edges change, not when their figures do. */
export function useLayout(nodes: LayerNode[], edges: LayerEdge[]): Placed | null {
  const [placed, setPlaced] = useState<Placed | null>(null)
  const before = useRef<Placed | null>(null)
  const key = `${nodes.map((n) => `${n.id}:${n.height}`).sort().join()}|${edges.map((e) => e.id).sort().join()}`
  useEffect(() => {
    let stale = false
    void ask(nodes, edges, before.current?.nodes).then((result) => {
      if (stale) return
      before.current = result
      setPlaced(result)
    })
    return () => {
      stale = true
    }
    // The key says all that matters of nodes and edges.
  }, [key])
  return placed
}
