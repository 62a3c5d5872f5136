import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connect, Plugin } from 'vite'
import { answer } from './answers'
import { stream } from './streams'

// The API with made-up figures, for work on the page without a mesh. Only `vite` and `vite preview` in mode "mock" have it; nothing of it is built.

const POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

function middleware(withPolicy: boolean): Connect.NextHandleFunction {
  return (request, response, next) => {
    if (withPolicy) response.setHeader('content-security-policy', POLICY)
    const url = new URL(request.url ?? '/', 'http://mock')
    if (!url.pathname.startsWith('/v1/')) {
      next()
      return
    }
    if (stream(url, request, response)) return
    void body(request).then((text) => reply(url, request.method ?? 'GET', text, response))
  }
}

/** Of a large mesh every answer takes seconds to make up; what is measured is the page, so it is made once. */
const made = new Map<string, { status: number; text: string }>()

function reply(url: URL, method: string, text: string, response: ServerResponse): void {
  const keep = method === 'GET' && process.env['WEFT_MOCK'] === 'large'
  let said = keep ? made.get(url.href) : undefined
  if (!said) {
    const { status, value } = answer(url, method, text)
    said = { status, text: JSON.stringify(value) }
    if (keep) made.set(url.href, said)
  }
  response.statusCode = said.status
  response.setHeader('content-type', 'application/json')
  response.end(said.text)
}

function body(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => resolve(text))
  })
}

export function mockPlugin(): Plugin {
  return {
    name: 'weft-mock',
    configureServer: (server) => void server.middlewares.use(middleware(false)),
    configurePreviewServer: (server) => void server.middlewares.use(middleware(true)),
  }
}
