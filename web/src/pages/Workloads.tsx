import { useMemo } from 'react'
import { useApi } from '../api/hooks'
import type { TrafficRow, TrafficTable } from '../api/types'
import { nameOf } from '../model/format'
import { Link, serviceHref, setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Panel } from '../ui/kit'
import { Table, type Column } from '../ui/table'
import { figures } from './parts'

export default function Workloads() {
  const { search } = usePlace()
  const stat = useApi<TrafficTable>('/v1/stat', { by: 'workload', window: 60, side: 'server' }, { every: 3000 })
  const columns = useMemo<Column<TrafficRow>[]>(() => [
    { id: 'workload', title: t.column.workload, value: (r) => r.workload ?? r.destination, cell: (r) => nameOf(r.workload ?? r.destination) },
    { id: 'service', title: t.column.service, value: (r) => r.destination, cell: (r) => <Link className="dim" href={serviceHref(r.destination)}>{r.destination}</Link> },
    { id: 'version', title: t.column.version, value: (r) => r.version },
    { id: 'zone', title: t.column.zone, value: (r) => r.zone },
    ...figures(),
  ], [])
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.services.workloads}</h1>
      </div>
      <Panel title={t.services.workloads} cli="weft status -o wide" flush>
        <Answer of={stat}>
          {(table) => <Table label={t.services.workloads} rows={table.rows} columns={columns} rowKey={(r) => `${r.destination}|${r.workload}`} sort="rps" descending filter filterText={search.get('filter') ?? ''} onFilterText={(text) => setSearch({ filter: text })} empty={t.common.noTraffic} />}
        </Answer>
      </Panel>
    </div>
  )
}
