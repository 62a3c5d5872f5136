import { useChecks, useNow } from '../api/hooks'
import type { CheckItem } from '../api/types'
import { healthyFor, unnamed } from '../model/checks'
import { ago } from '../model/format'
import { t } from '../text'
import { Panel } from '../ui/kit'
import { Table, type Column } from '../ui/table'
import { healthMark } from './parts'

const columns = (now: number): Column<CheckItem>[] => [
  { id: 'endpoint', title: t.column.endpoint, value: (c) => c.endpoint, cell: endpoint },
  { id: 'health', title: t.column.health, value: (c) => c.verdict, cell: (c) => healthMark(c.verdict) },
  { id: 'for', title: t.column.healthyFor, right: true, value: (c) => c.healthy / (c.healthy + c.unhealthy), cell: healthyFor },
  { id: 'since', title: t.column.since, right: true, value: (c) => c.since ?? '', cell: (c) => ago(c.since, now) },
  { id: 'finding', title: t.column.finding, value: (c) => c.finding, cell: (c) => <span className="whole">{c.finding || '–'}</span> },
  { id: 'said', title: t.column.saidBy, value: saidBy, cell: (c) => <span className="whole">{saidBy(c) || '–'}</span> },
]

/** With the address below: side by side they would leave no room for what was found. */
function endpoint(item: CheckItem) {
  return (
    <>
      <div>{item.endpoint}</div>
      <code className="faint">{item.address}</code>
    </>
  )
}

function saidBy(item: CheckItem): string {
  return [...item.unhealthyFor, ...(unnamed(item) > 0 ? [t.map.more(unnamed(item))] : [])].join(', ')
}

/** What callers find of the service's endpoints that have no proxy. Most services have none, and then there is nothing to show, not even a heading. */
export function Checks({ id, cli }: { id: string; cli: string }) {
  const checks = useChecks(id)
  const now = useNow(1000)
  if (!checks.data?.length) return null
  return (
    <Panel title={t.service.checks} cli={`weft describe ${cli}`} flush>
      <Table label={t.service.checks} rows={checks.data} columns={columns(now)} rowKey={(c) => c.endpoint} />
    </Panel>
  )
}
