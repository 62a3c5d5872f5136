import { useMemo } from 'react'
import { useApi } from '../api/hooks'
import type { ServiceItem, TrafficRow, TrafficTable } from '../api/types'
import { namespaceOf, nameOf } from '../model/format'
import { WINDOWS } from '../model/url'
import { Link, serviceHref, setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Panel, Segments } from '../ui/kit'
import { Table, type Column } from '../ui/table'
import { figures, quietRow, Trend } from './parts'

type Row = TrafficRow & { service?: ServiceItem }
const TRENDS_MAX = 60

export default function Services() {
  const { search } = usePlace()
  const window = Number(search.get('window') ?? 60)
  const stat = useApi<TrafficTable>('/v1/stat', { by: 'service', window }, { every: 3000 })
  const services = useApi<ServiceItem[]>('/v1/services', {}, { every: 10_000 })
  const rows = useMemo(() => merge(stat.data?.rows ?? [], services.data ?? []), [stat.data, services.data])
  const columns = useMemo<Column<Row>[]>(() => [
    { id: 'service', title: t.column.service, value: (r) => nameOf(r.destination), cell: (r) => <Link href={serviceHref(r.destination)}>{nameOf(r.destination)}</Link> },
    { id: 'namespace', title: t.column.namespace, value: (r) => namespaceOf(r.destination), cell: (r) => <span className="dim">{namespaceOf(r.destination)}</span> },
    ...(figures() as Column<Row>[]),
    { id: 'healthy', title: t.column.healthy, right: true, value: (r) => healthyShare(r.service), cell: (r) => healthy(r.service) },
    { id: 'meshed', title: t.column.meshed, right: true, value: (r) => r.service?.meshed, cell: (r) => (r.service ? `${r.service.meshed} / ${r.service.endpoints}` : '–') },
    ...(rows.length <= TRENDS_MAX ? [{ id: 'trend', title: t.column.trend, value: () => '', cell: (r: Row) => <Trend of={`service:${r.destination}`} label={`${t.column.rps} ${r.destination}`} /> }] : []),
  ], [rows.length])
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.services.title}</h1>
        <div className="actions">
          <Segments label={t.top.window} value={window} options={WINDOWS.map((w) => [w, t.window(w)] as const)} onChange={(w) => setSearch({ window: w === 60 ? null : String(w) })} />
        </div>
      </div>
      <Panel title={t.services.title} cli="weft stat" flush>
        <Answer of={stat}>
          {() => (
            <Table<Row> label={t.services.title} rows={rows} columns={columns} rowKey={(r) => r.destination} href={(r) => serviceHref(r.destination)} sort="rps" descending filter
              filterText={search.get('filter') ?? ''} onFilterText={(text) => setSearch({ filter: text })} />
          )}
        </Answer>
      </Panel>
    </div>
  )
}

/** Endpoints that are well: those with a proxy as it says, the others as their callers find them. */
function healthy(service?: ServiceItem) {
  if (!service) return '–'
  const tone = service.healthy === service.endpoints && service.endpoints > 0 ? '' : service.healthy > 0 ? 'warn' : 'bad'
  return <span className={tone}>{`${service.healthy} / ${service.endpoints}`}</span>
}

function healthyShare(service?: ServiceItem): number | undefined {
  return service && (service.endpoints > 0 ? service.healthy / service.endpoints : 0)
}

/** What the registry knows without traffic belongs in the table too. */
function merge(rows: TrafficRow[], services: ServiceItem[]): Row[] {
  const known = new Map(services.map((s) => [`${s.namespace}/${s.name}`, s]))
  const seen = new Set(rows.map((r) => r.destination))
  const merged: Row[] = rows.map((r) => ({ ...r, service: known.get(r.destination) }))
  for (const [destination, service] of known) {
    if (!seen.has(destination)) {
      merged.push({ ...quietRow(destination), service })
    }
  }
  return merged
}
