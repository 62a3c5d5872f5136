import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react'

// Where the page is lives in the address and nowhere else.

const listeners = new Set<() => void>()
const notify = () => listeners.forEach((each) => each())
window.addEventListener('popstate', notify)

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return
  if (options.replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  notify()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export interface Place {
  path: string
  search: URLSearchParams
}

let cached: Place = { path: '', search: new URLSearchParams() }
let cachedKey = ''

function current(): Place {
  const key = location.pathname + location.search
  if (key !== cachedKey) {
    cachedKey = key
    cached = { path: location.pathname, search: new URLSearchParams(location.search) }
  }
  return cached
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, current)
}

/** Changes single parameters of the address, in place. */
export function setSearch(changes: Record<string, string | null>): void {
  const search = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') search.delete(name)
    else search.set(name, value)
  }
  const text = search.toString()
  navigate(location.pathname + (text === '' ? '' : `?${text}`), { replace: true })
}

/** A link that changes the page without loading it again; other buttons and keys work as on every link. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(href)
    if (!href.includes('sel=')) document.getElementById('content')?.focus({ preventScroll: true })
  }
  return <a href={href} onClick={go} {...rest} />
}

export const serviceHref = (id: string) => `/services/${id.split('/').map(encodeURIComponent).join('/')}`
