import { useMemo } from 'react'
import { useApi, useChecks, useDeclared } from '../api/hooks'
import type { MeshStatus, TrafficRow, TrafficTable } from '../api/types'
import { workloadsOf, type Workload } from '../model/checks'
import { nameOf } from '../model/format'
import { Link, serviceHref, setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Panel } from '../ui/kit'
import { Table, type Column } from '../ui/table'
import { figures, healthMark, quietRow } from './parts'

type Row = TrafficRow & { known?: Workload }

export default function Workloads() {
  const { search } = usePlace()
  const stat = useApi<TrafficTable>('/v1/stat', { by: 'workload', window: 60, side: 'server' }, { every: 3000 })
  const rows = useRows(stat.data?.rows)
  const columns = useMemo<Column<Row>[]>(() => [
    { id: 'workload', title: t.column.workload, value: (r) => r.workload ?? r.destination, cell: (r) => nameOf(r.workload ?? r.destination) },
    { id: 'service', title: t.column.service, value: (r) => r.destination, cell: (r) => <Link className="dim" href={serviceHref(r.destination)}>{r.destination}</Link> },
    { id: 'state', title: t.column.state, value: (r) => r.known?.state },
    { id: 'found', title: t.column.health, value: (r) => r.known?.health, cell: (r) => healthMark(r.known?.health ?? '') },
    { id: 'version', title: t.column.version, value: (r) => r.version },
    { id: 'zone', title: t.column.zone, value: (r) => r.zone },
    // The score is of the traffic; whether a workload is well is another matter, and has the name here that the command line gives it.
    ...(figures() as Column<Row>[]).map((column) => (column.id === 'score' ? { ...column, title: t.column.score } : column)),
  ], [])
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.services.workloads}</h1>
      </div>
      <Panel title={t.services.workloads} cli="weft get workloads -A" flush>
        <Answer of={stat}>
          {() => <Table<Row> label={t.services.workloads} rows={rows} columns={columns} rowKey={(r) => `${r.destination}|${r.workload}`} sort="rps" descending filter filterText={search.get('filter') ?? ''} onFilterText={(text) => setSearch({ filter: text })} empty={t.common.noTraffic} />}
        </Answer>
      </Panel>
    </div>
  )
}

/** Figures of those that served something, and after them the workloads without: an endpoint outside the mesh has no proxy that would count. */
function useRows(traffic: readonly TrafficRow[] = []): Row[] {
  const status = useApi<MeshStatus>('/v1/status', {}, { every: 5000 })
  const declared = useDeclared()
  const checks = useChecks()
  return useMemo(() => {
    const known = new Map(workloadsOf(status.data?.proxies ?? [], declared.data?.items ?? [], checks.data ?? []).map((w) => [w.workload, w]))
    const served = traffic.map((r) => ({ ...r, known: known.get(r.workload ?? '') }))
    for (const row of traffic) known.delete(row.workload ?? '')
    return [...served, ...[...known.values()].map((w) => ({ ...quietRow(w.service), workload: w.workload, version: w.version, known: w }))]
  }, [traffic, status.data, declared.data, checks.data])
}
