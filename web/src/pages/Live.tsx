import { useRef, useState } from 'react'
import { currentSession, pathOf } from '../api/client'
import { useEvents } from '../api/hooks'
import type { Flow, TapStatus } from '../api/types'
import { setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Empty, Panel } from '../ui/kit'
import { download, Table } from '../ui/table'
import { flowColumns } from './parts'

const KEPT_MAX = 500
const RATE_STANDARD = 50

/** Requests while they happen. Nothing runs until it is asked for, and it ends with the page. */
export default function Live() {
  const { search } = usePlace()
  const [filter, setFilter] = useState(search.get('filter') ?? '')
  const [maxRps, setMaxRps] = useState(Number(search.get('rate') ?? RATE_STANDARD))
  const [headers, setHeaders] = useState('')
  const [path, setPath] = useState<string | null>(null)
  const [flows, setFlows] = useState<Flow[]>([])
  const [status, setStatus] = useState<TapStatus | null>(null)
  const pending = useRef<Flow[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const state = useEvents(path, ['flow', 'status'], (name, data) => {
    if (name === 'status') {
      setStatus(data as TapStatus)
      return
    }
    // A burst is drawn once.
    pending.current.push(data as Flow)
    timer.current ??= setTimeout(() => {
      timer.current = null
      const fresh = pending.current.splice(0).reverse()
      setFlows((old) => [...fresh, ...old].slice(0, KEPT_MAX))
    }, 200)
  })
  const allowed = currentSession()?.role !== 'viewer'
  const start = () => {
    setSearch({ filter, rate: maxRps === RATE_STANDARD ? null : String(maxRps) })
    setStatus(null)
    setPath(pathOf('/v1/tap', { filter, maxRps, headers }))
  }
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.live.title}</h1>
        <span className="dim">{t.live.idle}</span>
      </div>
      <Panel title={t.live.title} cli={`weft tap${filter ? ` --filter '${filter}'` : ''}${maxRps === RATE_STANDARD ? '' : ` --max-rps ${maxRps}`}`} flush>
        <form
          className="form-row"
          onSubmit={(e) => {
            e.preventDefault()
            if (path) setPath(null)
            else start()
          }}
        >
          <label className="field grow">
            {t.common.filter}
            <input className="input mono" value={filter} placeholder={t.live.filter} spellCheck={false} onChange={(e) => setFilter(e.target.value)} />
          </label>
          <label className="field">
            {t.live.rate}
            <input className="input" type="number" min={1} max={1000} value={maxRps} onChange={(e) => setMaxRps(Number(e.target.value))} />
          </label>
          <label className="field">
            {t.live.headers}
            <input className="input mono" value={headers} placeholder={t.live.headersHint} onChange={(e) => setHeaders(e.target.value)} />
          </label>
          <button type="submit" className={`button ${path ? '' : 'primary'}`} disabled={!allowed} title={allowed ? undefined : t.common.notAllowed('operator')}>
            {path ? t.live.stop : t.live.start}
          </button>
        </form>
        <div className="stream-state" role="status">
          {state === 'failed' ? <span className="bad">{t.live.failed}</span> : state === 'open' ? <span className="tag good">{t.top.live}</span> : <span className="tag">{t.top.paused}</span>}
          {status && <span className="num">{t.live.status(status.proxies, status.matched, status.dropped)}</span>}
          <span className="faint">{t.live.redacted}</span>
          <span className="map-counts-right">
            <span className="faint num">{t.live.kept(flows.length)}</span>
            <button type="button" className="button quiet small" onClick={() => setFlows([])}>
              {t.live.clear}
            </button>
            <button type="button" className="button quiet small" disabled={flows.length === 0} onClick={() => download('weft-tap.jsonl', flows.map((f) => JSON.stringify(f)).join('\n') + '\n')}>
              {t.live.download}
            </button>
          </span>
        </div>
        {flows.length === 0 ? <Empty>{path ? t.live.waiting : t.live.idle}</Empty> : <Table label={t.live.title} rows={flows} columns={flowColumns()} rowKey={(f) => `${f.requestId}${f.spanId}${f.direction}${f.startUnixUs}`} height={560} />}
      </Panel>
    </div>
  )
}
