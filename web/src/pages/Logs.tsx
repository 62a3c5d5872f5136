import { useState } from 'react'
import { useApi } from '../api/hooks'
import type { FlowList } from '../api/types'
import { setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Panel, Problem } from '../ui/kit'
import { Table } from '../ui/table'
import { flowColumns } from './parts'

export default function Logs() {
  const { search } = usePlace()
  const filter = search.get('filter') ?? ''
  const [draft, setDraft] = useState(filter)
  const [follow, setFollow] = useState(true)
  const flows = useApi<FlowList>('/v1/flows', { filter, limit: 500 }, { every: follow ? 2000 : false })
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.logs.title}</h1>
        <span className="dim">{t.logs.hint}</span>
      </div>
      <Panel title={t.logs.title} cli={`weft logs${filter ? ` --filter '${filter}'` : ''}`} flush>
        <form
          className="table-bar"
          onSubmit={(e) => {
            e.preventDefault()
            setSearch({ filter: draft })
          }}
        >
          <input className="input mono" type="search" value={draft} placeholder={t.logs.filter} aria-label={t.common.filter} spellCheck={false} onChange={(e) => { setDraft(e.target.value); if (e.target.value === '') setSearch({ filter: null }) }} />
          <button type="submit" className="button small">
            {t.common.filter}
          </button>
          <button type="button" className="button small" aria-pressed={follow} onClick={() => setFollow(!follow)}>
            {t.logs.follow}
          </button>
          {flows.data && flows.data.dropped > 0 && <span className="warn num">{t.logs.dropped(flows.data.dropped)}</span>}
        </form>
        {flows.error && flows.data ? <Problem error={flows.error} /> : null}
        <Answer of={flows}>{(list) => <Table label={t.logs.title} rows={list.flows} columns={flowColumns()} rowKey={(f) => `${f.requestId}${f.spanId}${f.direction}${f.proxy}`} height={680} />}</Answer>
      </Panel>
    </div>
  )
}
