import { useChecks } from '../api/hooks'
import type { CheckItem } from '../api/types'
import { healthyFor, unnamed, verdictOf } from '../model/checks'
import { t } from '../text'
import { Panel } from '../ui/kit'
import { Table, type Column } from '../ui/table'
import { healthMark } from './parts'

const columns: Column<CheckItem>[] = [
  { id: 'endpoint', title: t.column.endpoint, value: (c) => c.endpoint },
  { id: 'address', title: t.column.address, value: (c) => c.address, cell: (c) => <code>{c.address}</code> },
  { id: 'health', title: t.column.health, value: verdictOf, cell: (c) => healthMark(verdictOf(c)) },
  { id: 'for', title: t.column.healthyFor, right: true, value: healthyFor },
  { id: 'finding', title: t.column.finding, value: (c) => c.finding, cell: (c) => <span className="whole">{c.finding || '–'}</span> },
  { id: 'said', title: t.column.saidBy, value: saidBy, cell: (c) => <span className="whole">{saidBy(c) || '–'}</span> },
]

function saidBy(item: CheckItem): string {
  return [...item.unhealthyFor, ...(unnamed(item) > 0 ? [t.map.more(unnamed(item))] : [])].join(', ')
}

/** What callers find of the service's endpoints that have no proxy. Most services have none, and then there is nothing to show, not even a heading. */
export function Checks({ id, cli }: { id: string; cli: string }) {
  const checks = useChecks(id)
  if (!checks.data?.length) return null
  return (
    <Panel title={t.service.checks} cli={`weft describe ${cli}`} flush>
      <Table label={t.service.checks} rows={checks.data} columns={columns} rowKey={(c) => c.endpoint} />
    </Panel>
  )
}
