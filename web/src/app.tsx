import { useEffect, useState, type ComponentType } from 'react'
import { ApiError, get, rememberSession, send } from './api/client'
import { useApi } from './api/hooks'
import type { Session } from './api/types'
import { askMapAhead } from './map/ask'
import { isDark, setPrefs, usePrefs } from './state/prefs'
import { Link, navigate, usePlace } from './state/router'
import { t } from './text'
import { Icon } from './ui/icons'
import { Empty, Toasts } from './ui/kit'
import { later } from './ui/later'
import { Palette } from './ui/palette'
import { pages } from './ui/pages'
import Home from './pages/Home'
import Login from './pages/Login'

interface Route {
  pattern: RegExp
  page: ComponentType<{ parts: string[] }>
  nav: string
  title: string
}

const page = (load: () => Promise<{ default: ComponentType<{ parts: string[] }> }>) => later(load)
const loadMap = () => import('./map/MapPage')

/** The map's script and its answer are fetched side by side. */
function openMap() {
  askMapAhead()
  return loadMap()
}

/** Begins to fetch what the address wants before anything is drawn. */
export function beginEarly(): void {
  if (location.pathname === '/map') void openMap().catch(() => undefined)
}

// The first screen comes with the page; the others when they are wanted.
const routes: Route[] = [
  { pattern: /^\/$/, page: Home, nav: 'home', title: t.home.title },
  { pattern: /^\/map$/, page: page(openMap), nav: 'map', title: t.map.title },
  { pattern: /^\/services$/, page: page(() => import('./pages/Services')), nav: 'services', title: t.services.title },
  { pattern: /^\/workloads$/, page: page(() => import('./pages/Workloads')), nav: 'workloads', title: t.services.workloads },
  { pattern: /^\/services\/([^/]+)\/([^/]+)$/, page: page(() => import('./pages/Service')), nav: 'services', title: t.column.service },
  { pattern: /^\/why$/, page: page(() => import('./pages/Why')), nav: 'why', title: t.why.title },
  { pattern: /^\/requests\/([^/]+)$/, page: page(() => import('./pages/Request')), nav: 'why', title: t.request.title },
  { pattern: /^\/live$/, page: page(() => import('./pages/Live')), nav: 'live', title: t.live.title },
  { pattern: /^\/traces$/, page: page(() => import('./pages/Traces')), nav: 'traces', title: t.traces.title },
  { pattern: /^\/traces\/([^/]+)$/, page: page(() => import('./pages/Trace')), nav: 'traces', title: t.traces.one },
  { pattern: /^\/logs$/, page: page(() => import('./pages/Logs')), nav: 'logs', title: t.logs.title },
  { pattern: /^\/identity$/, page: page(() => import('./pages/Identity')), nav: 'identity', title: t.identity.title },
  { pattern: /^\/config(?:\/(commits|audit|new))?$/, page: page(() => import('./pages/Config')), nav: 'config', title: t.config.title },
  { pattern: /^\/config\/commits\/([0-9]+)$/, page: page(() => import('./pages/Commit')), nav: 'config', title: t.config.history },
  { pattern: /^\/config\/([^/]+)\/([^/]+)\/([^/]+)$/, page: page(() => import('./pages/ConfigObject')), nav: 'config', title: t.config.title },
  { pattern: /^\/proxies$/, page: page(() => import('./pages/Proxies')), nav: 'proxies', title: t.proxies.title },
  { pattern: /^\/help$/, page: page(() => import('./pages/Help')), nav: 'help', title: t.help.title },
]

export function App() {
  const session = useApi<Session>('/v1/session', {}, { every: 60_000 })
  usePrefs()
  rememberSession(session.data ?? null)
  if (session.error instanceof ApiError && session.error.status === 401) return <Login />
  if (!session.data && session.error) return <Unreachable />
  if (!session.data) return null
  return <Shell session={session.data} />
}

function Shell({ session }: { session: Session }) {
  const place = usePlace()
  const [searching, setSearching] = useState(false)
  useKeys(() => setSearching(true))
  const found = routes.map((route) => ({ route, match: route.pattern.exec(place.path) })).find((r) => r.match)
  const title = found?.route.title ?? t.error.notFound
  useEffect(() => {
    document.title = `${title} · ${t.product}`
  }, [title])
  useEffect(() => {
    // The map is the largest script and the next that most will want; the first screen has all it needs by then.
    const timer = setTimeout(() => void loadMap().catch(() => undefined), AHEAD_MS)
    return () => clearTimeout(timer)
  }, [])
  const Page = found?.route.page
  return (
    <div className="app">
      <a className="skip" href="#content">
        {t.nav.skip}
      </a>
      <Side current={found?.route.nav ?? ''} />
      <Top session={session} onSearch={() => setSearching(true)} />
      <main className="main" id="content" tabIndex={-1}>
        {Page ? <Page key={place.path} parts={found.match!.slice(1).map((p) => decodeURIComponent(p ?? ''))} /> : <Empty>{t.error.notFound}</Empty>}
      </main>
      {searching && <Palette onClose={() => setSearching(false)} />}
      <Toasts />
    </div>
  )
}

function Side({ current }: { current: string }) {
  const health = useApi<{ version: string; commit: number }>('/v1/health', {}, { every: 30_000 })
  const groups = [...new Set(pages.map((p) => p.group))]
  return (
    <nav className="side" aria-label={t.nav.label}>
      <Link className="brand" href="/" aria-label={t.product}>
        <img src="/icon.svg" alt="" />
        <span>{t.product}</span>
      </Link>
      {groups.map((group) => (
        <div key={group} className={group ? 'nav-group' : undefined}>
          {group && <div className="nav-title">{group}</div>}
          {pages
            .filter((p) => p.group === group)
            .map((p) => (
              <Link key={p.id} className="nav-link" href={p.href} aria-current={p.id === current ? 'page' : undefined} title={`${p.title} (g ${p.key})`} aria-label={p.title}>
                <Icon name={p.id} />
                <span>{p.title}</span>
              </Link>
            ))}
        </div>
      ))}
      <div className="nav-group">
        <Link className="nav-link" href="/help" aria-current={current === 'help' ? 'page' : undefined} aria-label={t.nav.help}>
          <Icon name="help" />
          <span>{t.nav.help}</span>
        </Link>
      </div>
      {health.data && (
        <div className="side-foot num">
          {t.product} {health.data.version}
        </div>
      )}
    </nav>
  )
}

function Top({ session, onSearch }: { session: Session; onSearch: () => void }) {
  const dark = isDark()
  const logout = async () => {
    await send('POST', '/v1/logout').catch(() => null)
    location.assign('/')
  }
  return (
    <header className="top">
      <button type="button" className="top-search" onClick={onSearch}>
        <Icon name="search" size={14} /> {t.top.search} <kbd>/</kbd>
      </button>
      <div className="top-right">
        <span className="faint">{t.top.user(session.user, session.role)}</span>
        <button type="button" className="button quiet icon" aria-label={dark ? t.top.light : t.top.dark} title={`${dark ? t.top.light : t.top.dark} (t)`} onClick={() => setPrefs({ theme: dark ? 'light' : 'dark' })}>
          <Icon name={dark ? 'sun' : 'moon'} />
        </button>
        <button type="button" className="button quiet icon" aria-label={t.top.logout} title={t.top.logout} onClick={() => void logout()}>
          <Icon name="logout" />
        </button>
      </div>
    </header>
  )
}

function Unreachable() {
  useEffect(() => {
    const timer = setInterval(() => void get('/v1/session').then(() => location.reload(), () => undefined), 3000)
    return () => clearInterval(timer)
  }, [])
  return (
    <main className="login">
      <h1>{t.product}</h1>
      <p role="alert">{t.error.unreachable}</p>
    </main>
  )
}

const AHEAD_MS = 1000
const CHORD_MS = 1200

function useKeys(onSearch: () => void): void {
  useEffect(() => {
    let chord = -Infinity
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (event.target as HTMLElement).closest('input,textarea,select,[role=dialog]')) return
      const now = performance.now()
      if (event.key === 'g') {
        chord = now
        return
      }
      if (now - chord < CHORD_MS) {
        const target = pages.find((p) => p.key === event.key)
        chord = -Infinity
        if (target) {
          event.preventDefault()
          navigate(target.href)
          return
        }
      }
      if (event.key === '/') {
        event.preventDefault()
        onSearch()
      } else if (event.key === 't') {
        setPrefs({ theme: isDark() ? 'light' : 'dark' })
      } else if (event.key === '?') {
        navigate('/help')
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [onSearch])
}
