import { useMemo, useState } from 'react'
import { useApi } from '../api/hooks'
import type { Trace as TraceAnswer } from '../api/types'
import { ms } from '../model/format'
import { waterfall } from '../model/waterfall'
import { Link, serviceHref } from '../state/router'
import { t } from '../text'
import { Answer, Panel } from '../ui/kit'

/** One trace as a waterfall, spans of proxies and of applications together. */
export default function Trace({ parts: [id = ''] }: { parts: string[] }) {
  const trace = useApi<TraceAnswer>(`/v1/traces/${encodeURIComponent(id)}`, {}, { every: false })
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.traces.one}</h1>
        <code className="dim">{id}</code>
      </div>
      <Panel title={t.traces.waterfall} cli={`weft trace ${id}`}>
        <Answer of={trace}>{(answer) => <Waterfall trace={answer} />}</Answer>
      </Panel>
    </div>
  )
}

function Waterfall({ trace }: { trace: TraceAnswer }) {
  const { rows, durationMs } = useMemo(() => waterfall(trace.spans), [trace])
  const [open, setOpen] = useState('')
  return (
    <div className="waterfall">
      <p className="dim num">
        {rows.length} {t.column.spans.toLowerCase()} · {ms(durationMs)}
      </p>
      {rows.map(({ span, depth, from, length }) => (
        <div key={span.spanId + span.source}>
          <button type="button" className="span-row" aria-expanded={open === span.spanId} onClick={() => setOpen(open === span.spanId ? '' : span.spanId)}>
            <span className="span-name" style={{ paddingLeft: depth * 16 }}>
              <strong>{span.service}</strong> <span className="dim">{span.name}</span>
            </span>
            <span className="span-track">
              <span className={`span-bar ${span.error ? 'bad' : ''}`} style={{ left: `${from * 100}%`, width: `${Math.max(0.2, length * 100)}%`, opacity: span.source === 'otlp' ? 0.6 : 1 }} />
            </span>
            <span className={`num ${span.error ? 'bad' : 'dim'}`}>{ms(span.durationMs)}</span>
          </button>
          {open === span.spanId && (
            <dl className="pairs mono span-attributes">
              <dt>{t.column.service}</dt>
              <dd>{span.service.includes('/') ? <Link className="plain" href={serviceHref(span.service)}>{span.service}</Link> : span.service}</dd>
              <dt>{t.column.source}</dt>
              <dd>{t.traces.spanSource[span.source] ?? span.source}</dd>
              {Object.entries(span.attributes).map(([name, value]) => (
                <div key={name} style={{ display: 'contents' }}>
                  <dt>{name}</dt>
                  <dd>{name === 'weft.request_id' ? <Link className="plain" href={`/requests/${value}`}>{value}</Link> : value}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      ))}
    </div>
  )
}
