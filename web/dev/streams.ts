import type { IncomingMessage, ServerResponse } from 'node:http'
import { flowOf } from './flows'
import { edgeAt, nodesAt, world } from './world'

/** Answers the two event streams; false for everything else. */
export function stream(url: URL, request: IncomingMessage, response: ServerResponse): boolean {
  if (url.pathname !== '/v1/tap' && url.pathname !== '/v1/events') return false
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  let n = Date.now()
  let id = 0
  const send = (event: string, value: unknown) => response.write(`id: ${id++}\nevent: ${event}\ndata: ${JSON.stringify(value)}\n\n`)
  const tap = () => {
    for (let i = 0; i < 4; i++) send('flow', { ...flowOf(n++ / 1000), startUnixUs: Date.now() * 1000, sampled: 'tap' })
    send('status', { proxies: 13, matched: id, dropped: 0 })
  }
  const events = () => {
    const edges = world.edges.slice(0, 200).map((edge) => edgeAt(edge, Date.now(), 10))
    send('topology', { nodes: world.nodes.length > 100 ? [] : nodesAt(edges), edges })
  }
  const timer = setInterval(url.pathname === '/v1/tap' ? tap : events, 500)
  request.on('close', () => clearInterval(timer))
  return true
}
