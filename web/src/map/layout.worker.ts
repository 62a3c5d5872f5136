import { layered, type LayerEdge, type LayerNode, type LayerOptions } from '../model/layered'

// The layered layout beside the page, so that it stays smooth while a large one is computed.

export interface LayoutRequest {
  id: number
  nodes: LayerNode[]
  edges: LayerEdge[]
  options: LayerOptions
}

self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  const { id, nodes, edges, options } = event.data
  self.postMessage({ id, placed: layered(nodes, edges, options) })
}
