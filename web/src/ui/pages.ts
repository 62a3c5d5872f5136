import { t } from '../text'

export interface PageEntry {
  id: string
  title: string
  href: string
  /** The second key after "g". */
  key: string
  group: string
}

export const pages: readonly PageEntry[] = [
  { id: 'home', title: t.nav.home, href: '/', key: 'h', group: '' },
  { id: 'map', title: t.nav.map, href: '/map', key: 'm', group: '' },
  { id: 'services', title: t.nav.services, href: '/services', key: 's', group: t.nav.observe },
  { id: 'workloads', title: t.nav.workloads, href: '/workloads', key: 'w', group: t.nav.observe },
  { id: 'traces', title: t.nav.traces, href: '/traces', key: 't', group: t.nav.observe },
  { id: 'logs', title: t.nav.logs, href: '/logs', key: 'o', group: t.nav.observe },
  { id: 'why', title: t.nav.why, href: '/why', key: 'y', group: t.nav.diagnose },
  { id: 'live', title: t.nav.live, href: '/live', key: 'l', group: t.nav.diagnose },
  { id: 'identity', title: t.nav.identity, href: '/identity', key: 'i', group: t.nav.operate },
  { id: 'config', title: t.nav.config, href: '/config', key: 'c', group: t.nav.operate },
  { id: 'proxies', title: t.nav.proxies, href: '/proxies', key: 'p', group: t.nav.operate },
]
