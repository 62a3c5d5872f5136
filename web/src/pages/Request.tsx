import { useApi } from '../api/hooks'
import type { Flow, FlowStory } from '../api/types'
import { bytes, clockMs, us } from '../model/format'
import { Link } from '../state/router'
import { t } from '../text'
import { Answer, HealthMark, Panel, PartsBar } from '../ui/kit'
import { Table } from '../ui/table'
import { requestLine } from './parts'
import { DecidedBy, objectHref } from './WhySteps'

/** One request as both proxies on its way saw it. */
export default function Request({ parts: [id = ''] }: { parts: string[] }) {
  const story = useApi<FlowStory>(`/v1/flows/${encodeURIComponent(id)}`, {}, { every: false })
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.request.title}</h1>
        <code className="dim">{id}</code>
      </div>
      <Answer of={story}>
        {(s) => (
          <div className="stack">
            <div className={`verdict ${s.ok ? 'good' : 'bad'}`}>
              <HealthMark health={s.ok ? 'good' : 'bad'} />
              <p>{s.verdict}</p>
            </div>
            {s.cause?.object && (
              <p>
                <DecidedBy of={s.cause} />
              </p>
            )}
            {s.asked.length > 0 && <p className="faint">{t.request.asked(s.asked.join(', '))}</p>}
            <div className="grid grid-2">
              {s.hops.map((hop, i) => (
                <Hop key={i} hop={hop} cli={i === 0 ? `weft why ${id}` : ''} />
              ))}
            </div>
          </div>
        )}
      </Answer>
    </div>
  )
}

function Hop({ hop, cli }: { hop: Flow; cli: string }) {
  const parts = Object.fromEntries(Object.entries(hop.timing ?? {}).filter(([name]) => name !== 'totalUs').map(([name, value]) => [name.replace(/Us$/, 'Ms'), (value ?? 0) / 1000]))
  const rows: [string, React.ReactNode][] = [
    [t.column.request, <code key="r">{requestLine(hop)}</code>],
    [t.column.time, clockMs((hop.startUnixUs ?? 0) / 1000)],
    [t.column.source, `${hop.source?.service ?? ''} ${hop.source?.address ?? ''}`],
    [t.column.destination, `${hop.destination?.service ?? ''} ${hop.destination?.address ?? ''}`],
    [t.column.status, `${hop.status ?? '–'}${hop.grpcStatus != null ? ` / grpc ${hop.grpcStatus}` : ''}`],
    [t.column.reason, <code key="c" className={hop.reason === 'OK' ? '' : 'bad'}>{hop.reason}</code>],
    [t.column.detail, hop.detail ?? '–'],
    [t.column.latency, us(hop.timing?.totalUs)],
    [t.column.bytes, `${bytes(hop.bytesSent ?? 0)} → ${bytes(hop.bytesReceived ?? 0)} ←`],
    ['TLS', hop.tls ? `${hop.tls.version ?? ''} ${hop.tls.cipher ?? ''} ${hop.tls.mutual ? 'mutual' : ''}` : '–'],
    [t.request.decided, <Decided key="d" hop={hop} />],
  ]
  return (
    <Panel title={`${hop.proxy ?? ''} · ${hop.direction === 'inbound' ? t.request.inbound : t.request.outbound}`} cli={cli || undefined}>
      <div className="hop">
        <PartsBar parts={parts} />
        <dl className="pairs num">
          {rows.map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {(hop.attempts?.length ?? 0) > 0 && (
          <section>
            <h3>{t.request.attempts}</h3>
            <Table label={t.request.attempts} rows={hop.attempts!} rowKey={(a) => JSON.stringify(a)} columns={[{ id: 'endpoint', title: t.column.address, value: (a) => a.endpoint }, { id: 'reason', title: t.column.reason, value: (a) => a.reason, cell: (a) => <code className={a.reason === 'OK' ? '' : 'bad'}>{a.reason}</code> }, { id: 'wait', title: t.column.latency, right: true, value: (a) => a.waitUs, cell: (a) => us(a.waitUs) }, { id: 'status', title: t.column.status, right: true, value: (a) => a.status }]} />
          </section>
        )}
        {(hop.considered?.length ?? 0) > 0 && (
          <section>
            <h3>{t.request.considered}</h3>
            <Table label={t.request.considered} rows={hop.considered!} rowKey={(c) => c.endpoint ?? ''} columns={[{ id: 'endpoint', title: t.column.address, value: (c) => c.endpoint }, { id: 'verdict', title: t.column.verdict, value: (c) => c.verdict, cell: (c) => <span className={`tag ${c.verdict === 'chosen' ? 'good' : ['ejected', 'unhealthy'].includes(c.verdict ?? '') ? 'bad' : ''}`}>{c.verdict}</span> }, { id: 'ewma', title: t.column.ewma, right: true, value: (c) => c.ewmaUs, cell: (c) => us(c.ewmaUs) }, { id: 'active', title: t.column.active, right: true, value: (c) => c.active }]} />
          </section>
        )}
        {hop.traceId && (
          <Link className="button" href={`/traces/${hop.traceId}`}>
            {t.request.trace}
          </Link>
        )}
        <details>
          <summary className="dim">{t.request.record}</summary>
          <pre className="pre" tabIndex={0}>{JSON.stringify(hop, null, 2)}</pre>
        </details>
      </div>
    </Panel>
  )
}

function Decided({ hop }: { hop: Flow }) {
  return (
    <>
      {hop.route && <Link className="tag accent" href={objectHref(hop.route.includes(' ') ? hop.route : `HTTPRoute ${hop.route}`)}>{hop.route}</Link>} {hop.policy && <Link className="tag accent" href={objectHref(hop.policy.includes(' ') ? hop.policy : `AuthorizationPolicy ${hop.policy}`)}>{hop.policy}</Link>}{' '}
      {hop.commit ? <Link className="tag" href={`/config/commits/${hop.commit}`}>{t.why.commit(hop.commit)}</Link> : null}
    </>
  )
}
