import type { Flow, Span, TraceItem } from '../src/api/types'
import { errorOf, latencyOf, random, world, type WorldEdge } from './world'

const templates = ['/', '/products/{id}', '/cart/{id}/items', '/recommend', '/reviews/{id}', '/price/{sku}', '/checkout']

export function flowOf(n: number): Flow {
  const next = random(n)
  let pick = next() * 100
  const busiest = world.edges.slice(0, 40)
  const sum = busiest.reduce((s, e) => s + e.rps, 0)
  let edge: WorldEdge = busiest[0]!
  for (const each of busiest) {
    edge = each
    pick -= (each.rps / sum) * 100
    if (pick <= 0) break
  }
  const at = n * 1000
  const failed = next() < errorOf(edge, at) * 3
  const total = latencyOf(edge, at) * (0.6 + next() * 1.6) * 1000
  const template = templates[Math.floor(next() * templates.length)]!
  const grpc = edge.protocol === 'grpc'
  const hex = (digits: number, seed: number) => Array.from({ length: digits }, (_, i) => Math.floor(random(seed + i)() * 16).toString(16)).join('')
  return {
    requestId: hex(20, n), traceId: hex(32, n * 3), spanId: hex(16, n * 5), startUnixUs: at * 1000, direction: 'outbound', protocol: edge.protocol,
    source: { service: edge.source, workload: edge.source, identity: `spiffe://weft.local/ns/${edge.source.replace('/', '/sa/')}`, zone: 'eu-1a', address: '10.77.0.12:41022', version: 'v1' },
    destination: { service: edge.destination, workload: edge.destination, identity: `spiffe://weft.local/ns/${edge.destination.replace('/', '/sa/')}`, zone: 'eu-1b', address: '10.77.0.20:8080', version: 'v1' },
    method: grpc ? 'POST' : edge.protocol === 'tcp' ? undefined : next() < 0.8 ? 'GET' : 'POST', host: edge.destination.split('/')[1] ?? edge.destination,
    path: edge.protocol === 'tcp' ? undefined : grpc ? '/shop.Orders/Place' : template.replace('{id}', String(Math.floor(next() * 900))).replace('{sku}', 'A-77'), template: edge.protocol === 'tcp' ? undefined : grpc ? '/shop.Orders/Place' : template,
    status: edge.protocol === 'tcp' ? undefined : failed ? 504 : 200, bytesSent: Math.floor(next() * 900), bytesReceived: Math.floor(next() * 20_000),
    timing: { totalUs: Math.round(total), clientRttUs: 80, serverRttUs: 210, applicationUs: Math.round(total * 0.86), transferUs: Math.round(total * 0.05), queueUs: Math.round(total * 0.03), connectUs: next() < 0.1 ? 900 : 0 },
    tls: { version: '1.3', cipher: 'TLS_AES_128_GCM_SHA256', mutual: true }, route: `${edge.destination}/default`, commit: 12, reason: failed ? 'UPSTREAM_TIMEOUT' : 'OK', flags: failed ? 'UT' : undefined,
    detail: failed ? 'no answer within 50 ms, the request timeout of HTTPRoute shop/pricing' : undefined, sampled: failed ? 'error' : 'rate', proxy: edge.source,
    attempts: failed ? [{ endpoint: '10.77.0.20:8080', reason: 'UPSTREAM_TIMEOUT', waitUs: 50_000 }, { endpoint: '10.77.0.21:8080', reason: 'UPSTREAM_TIMEOUT', waitUs: 50_000 }] : [{ endpoint: '10.77.0.20:8080', reason: 'OK', waitUs: Math.round(total * 0.9), status: 200 }],
    considered: [{ endpoint: '10.77.0.20:8080', verdict: 'chosen', ewmaUs: 4200, active: 2 }, { endpoint: '10.77.0.21:8080', verdict: 'slower', ewmaUs: 6100, active: 3 }, { endpoint: '10.77.0.22:8080', verdict: 'ejected' }],
  }
}

export function tracesNow(limit: number): TraceItem[] {
  const now = Math.floor(Date.now() / 1000)
  return Array.from({ length: limit }, (_, i) => {
    const next = random(now - i * 3)
    return {
      traceId: Array.from({ length: 32 }, (_, k) => Math.floor(random(now - i * 3 + k * 7)() * 16).toString(16)).join(''), start: new Date((now - i * 3) * 1000).toISOString(), durationMs: 8 + next() ** 4 * 260,
      spans: 4 + Math.floor(next() * 9), services: ['shop/web', 'shop/cart', 'shop/pricing', 'shop/redis'].slice(0, 2 + Math.floor(next() * 3)), errors: next() < 0.15 ? 1 : 0, root: next() < 0.5 ? 'GET /products/{id}' : 'POST /checkout',
    }
  })
}

export function spansOf(traceId: string): Span[] {
  const start = Date.now() - 40_000
  const at = (ms: number) => new Date(start + ms).toISOString()
  const id = (n: number) => traceId.slice(0, 14) + String(n).padStart(2, '0')
  const span = (n: number, parent: number, service: string, name: string, from: number, durationMs: number, error = false): Span => ({
    spanId: id(n), parentSpanId: parent < 0 ? null : id(parent), service, name, start: at(from), durationMs, error, source: 'proxy', attributes: { 'http.response.status_code': error ? '504' : '200', 'weft.reason': error ? 'UPSTREAM_TIMEOUT' : 'OK' },
  })
  return [span(0, -1, 'shop/web', 'GET /cart/{id}', 0, 118), span(1, 0, 'shop/catalog', 'GET /products/{id}', 2, 14), span(2, 1, 'shop/pricing', 'GET /price/{sku}', 5, 7), span(3, 0, 'shop/cart', 'GET /cart/{id}/items', 17, 98),
    span(4, 3, 'shop/redis', 'tcp', 19, 1.2), span(5, 3, 'shop/pricing', 'GET /price/{sku}', 22, 50, true), span(6, 3, 'shop/pricing', 'GET /price/{sku}', 73, 38), span(7, 0, 'shop/recommend', 'GET /recommend', 18, 6)]
}
