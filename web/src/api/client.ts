import type { Finding, Session } from './types'

/** A call that the server answered with a refusal. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly findings: Finding[],
  ) {
    super(message)
  }
}

let session: Session | null = null

export function currentSession(): Session | null {
  return session
}

export function rememberSession(value: Session | null): void {
  session = value
}

export type Query = Record<string, string | number | undefined | null>

export function pathOf(path: string, query?: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) if (value != null && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', pathOf(path, query), undefined, signal)
}

export function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return call<T>(method, path, body)
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  // A page of another site can send our cookie but cannot know this (it is told to us alone, after login).
  if (method !== 'GET' && session) headers['x-weft-csrf'] = session.csrf
  const response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null, credentials: 'same-origin' })
  const text = await response.text()
  if (!response.ok) throw errorOf(response.status, text)
  return (text === '' ? null : JSON.parse(text)) as T
}

function errorOf(status: number, text: string): ApiError {
  try {
    const error = JSON.parse(text) as { code?: string; message?: string; findings?: Finding[] }
    return new ApiError(status, error.code ?? '', error.message ?? text, error.findings ?? [])
  } catch {
    return new ApiError(status, '', text || `status ${status}`, [])
  }
}
