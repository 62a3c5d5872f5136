import { QueryClient, keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ApiError, get, pathOf, type Query } from './client'
import type { CheckItem, ResourceItem } from './types'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      gcTime: 60_000,
      retry: (times, fault) => !(fault instanceof ApiError && fault.status < 500) && times < 2,
      refetchOnWindowFocus: true,
    },
  },
})

export interface Asking<T> {
  /** Milliseconds until it is asked again, which may depend on the last answer; false is never. */
  every?: number | false | ((last: T | undefined) => number | false)
  enabled?: boolean
  /** Of a large answer: it is not compared with the one before, part by part, to find what stayed the same. */
  large?: boolean
}

function asking<T>(key: string, large = false) {
  return { queryKey: [key], queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(key, undefined, signal), structuralSharing: !large }
}

/** Asks for what a screen that is still loading will want. What goes wrong is told to the screen when it asks itself. */
export function askAhead(path: string, query: Query, options: { large?: boolean } = {}): void {
  void queries.prefetchQuery({ ...asking(pathOf(path, query), options.large), retry: false })
}

/** GET with a refresh; the last answer stays visible while the next one comes, and nothing is asked for while the page is hidden. */
export function useApi<T>(path: string, query: Query = {}, options: Asking<T> = {}): UseQueryResult<T> {
  const { every = 5000 } = options
  return useQuery<T>({
    ...asking<T>(pathOf(path, query), options.large),
    refetchInterval: typeof every === 'function' ? (asked) => every(asked.state.data) : every,
    refetchIntervalInBackground: false,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  })
}

/** What callers' health checks found of endpoints without a proxy, of one service or of all. */
export function useChecks(service?: string): UseQueryResult<CheckItem[]> {
  return useApi<CheckItem[]>('/v1/checks', { service }, { every: 3000 })
}

/** Endpoints that documents declare, which have no proxy. */
export function useDeclared(namespace?: string): UseQueryResult<{ items: ResourceItem[] }> {
  return useApi<{ items: ResourceItem[] }>('/v1/resources', { kind: 'Workload', namespace }, { every: 10_000 })
}

/** Server-sent events. The browser connects again by itself after a break; a refusal (400, 403) ends it. */
export function useEvents(path: string | null, names: readonly string[], onEvent: (name: string, data: unknown) => void): 'off' | 'open' | 'waiting' | 'failed' {
  const [state, setState] = useState<'off' | 'open' | 'waiting' | 'failed'>('off')
  const handler = useRef(onEvent)
  handler.current = onEvent
  const list = names.join(' ')
  useEffect(() => {
    if (path === null) {
      setState('off')
      return
    }
    setState('waiting')
    const source = new EventSource(path)
    source.onopen = () => setState('open')
    source.onerror = () => setState(source.readyState === EventSource.CLOSED ? 'failed' : 'waiting')
    for (const name of list.split(' ')) {
      source.addEventListener(name, (event) => handler.current(name, JSON.parse((event as MessageEvent<string>).data)))
    }
    return () => source.close()
  }, [path, list])
  return state
}

/** The time, again every so many ms: for "3 s ago". */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
