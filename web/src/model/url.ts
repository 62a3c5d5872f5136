import type { Direction, Level } from './graph'

// Every state of the page has an address. What has its ordinary value is left out, so that addresses stay short.

export interface MapState {
  view: 'graph' | 'matrix' | 'tree'
  level: Level | 'auto'
  query: string
  namespace: string
  focus: string
  hops: number
  direction: Direction
  selected: string
  window: number
  /** ISO time of the end of the window; "" is now. */
  at: string
  /** ISO time to compare with; "" is no comparison. */
  compare: string
  hubs: boolean
}

export const MAP_STANDARD: MapState = {
  view: 'graph',
  level: 'auto',
  query: '',
  namespace: '',
  focus: '',
  hops: 1,
  direction: 'both',
  selected: '',
  window: 60,
  at: '',
  compare: '',
  hubs: false,
}

export const WINDOWS: readonly number[] = [10, 60, 300, 900, 3600]
export const HOPS_MAX = 4

export function readMap(search: URLSearchParams): MapState {
  const one = <T extends string>(name: string, allowed: readonly T[], standard: T): T => {
    const value = search.get(name) as T | null
    return value !== null && allowed.includes(value) ? value : standard
  }
  return {
    view: one('view', ['graph', 'matrix', 'tree'] as const, 'graph'),
    level: one('level', ['auto', 'zone', 'namespace', 'service', 'version'] as const, 'auto'),
    query: search.get('q') ?? '',
    namespace: search.get('ns') ?? '',
    focus: search.get('focus') ?? '',
    hops: whole(search.get('hops'), 1, 1, HOPS_MAX),
    direction: one('dir', ['up', 'down', 'both'] as const, 'both'),
    selected: search.get('sel') ?? '',
    window: whole(search.get('window'), 60, 1, 86_400),
    at: time(search.get('at')),
    compare: time(search.get('compare')),
    hubs: search.get('hubs') === 'show',
  }
}

export function writeMap(state: MapState): string {
  const search = new URLSearchParams()
  const put = (name: string, value: string | number, standard: string | number) => {
    if (value !== standard) search.set(name, String(value))
  }
  put('view', state.view, MAP_STANDARD.view)
  put('level', state.level, MAP_STANDARD.level)
  put('q', state.query, '')
  put('ns', state.namespace, '')
  put('focus', state.focus, '')
  if (state.focus !== '') {
    put('hops', state.hops, MAP_STANDARD.hops)
    put('dir', state.direction, MAP_STANDARD.direction)
  }
  put('sel', state.selected, '')
  put('window', state.window, MAP_STANDARD.window)
  put('at', state.at, '')
  put('compare', state.compare, '')
  if (state.hubs) search.set('hubs', 'show')
  return tidy(search)
}

/** A query string that people can read: slashes, colons and arrows need no escape there (RFC 3986, 3.4). */
export function tidy(search: URLSearchParams): string {
  const text = search.toString().replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%3E/g, '>').replace(/%2C/g, ',')
  return text === '' ? '' : `?${text}`
}

function whole(text: string | null, standard: number, min: number, max: number): number {
  if (text === null || !/^[0-9]+$/.test(text)) return standard
  const value = Number(text)
  return value >= min && value <= max ? value : standard
}

function time(text: string | null): string {
  if (text === null || text === '') return ''
  const at = Date.parse(text)
  return Number.isNaN(at) ? '' : new Date(at).toISOString()
}
