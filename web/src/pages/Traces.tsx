import { useApi } from '../api/hooks'
import type { TraceItem } from '../api/types'
import { clockMs, ms } from '../model/format'
import { Link, setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Panel } from '../ui/kit'
import { Table } from '../ui/table'

export default function Traces() {
  const { search } = usePlace()
  const traces = useApi<{ items: TraceItem[] }>('/v1/traces', { limit: 200 }, { every: 5000 })
  const errors = search.get('errors') === 'only'
  const longest = Math.max(1, ...(traces.data?.items ?? []).map((i) => i.durationMs))
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.traces.title}</h1>
        <div className="actions">
          <button type="button" className="button" aria-pressed={errors} onClick={() => setSearch({ errors: errors ? null : 'only' })}>
            {t.traces.errorsOnly}
          </button>
        </div>
      </div>
      <Panel title={t.traces.title} cli={`weft trace${errors ? ' --errors' : ''}`} flush>
        <Answer of={traces}>
          {(list) => (
            <Table label={t.traces.title} rows={list.items.filter((i) => !errors || i.errors > 0)} rowKey={(i) => i.traceId} href={(i) => `/traces/${i.traceId}`} filter filterText={search.get('filter') ?? ''} onFilterText={(text) => setSearch({ filter: text })} empty={t.traces.none}
              columns={[
                { id: 'time', title: t.column.time, value: (i) => i.start, cell: (i) => <span className="mono dim">{clockMs(Date.parse(i.start))}</span> },
                { id: 'root', title: t.column.request, value: (i) => i.root, cell: (i) => <Link className="mono" href={`/traces/${i.traceId}`}>{i.root || i.traceId.slice(0, 12)}</Link> },
                { id: 'services', title: t.column.services, value: (i) => i.services.join(' '), cell: (i) => i.services.map((s) => <span key={s} className="tag">{s}</span>) },
                { id: 'spans', title: t.column.spans, right: true, value: (i) => i.spans },
                { id: 'errors', title: t.column.errors, right: true, value: (i) => i.errors, cell: (i) => (i.errors > 0 ? <span className="bad">{i.errors}</span> : '–') },
                { id: 'duration', title: t.column.duration, right: true, value: (i) => i.durationMs, cell: (i) => <span className="duration"><i style={{ width: `${(i.durationMs / longest) * 80}px` }} />{ms(i.durationMs)}</span> },
              ]} />
          )}
        </Answer>
      </Panel>
    </div>
  )
}
