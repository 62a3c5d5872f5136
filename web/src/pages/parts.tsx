import type { Flow, Penalty, TrafficRow } from '../api/types'
import { useApi } from '../api/hooks'
import type { Series } from '../api/types'
import { clockMs, ms, percent, rate, us } from '../model/format'
import { t } from '../text'
import { Link } from '../state/router'
import { Sparkline } from '../ui/chart'
import { HealthMark, Score } from '../ui/kit'
import type { Column } from '../ui/table'

// Pieces that several pages share.

export function penalties(list: readonly Penalty[]) {
  return (
    <ul className="penalties">
      {list.map((p, i) => (
        <li key={i}>
          <span className="tag bad num">−{p.points}</span>
          <div>
            {p.title}
            <div className="faint num">
              {p.cause && <span>{t.service.cause(p.cause)}</span>}
              {Object.entries(p.evidence).map(([name, value]) => (
                <span key={name}>
                  {name} {typeof value === 'number' ? Number(value.toPrecision(3)) : String(value)}
                </span>
              ))}
            </div>
          </div>
        </li>
      ))}
    </ul>
  )
}

const TONES: Record<string, 'good' | 'warn' | 'bad'> = { healthy: 'good', unhealthy: 'bad', draining: 'warn', disputed: 'warn' }

/** What a proxy says of its workload, or callers of an endpoint without one: the word of the command line, in its colour. */
export function healthMark(health: string) {
  return health === '' ? '–' : <HealthMark health={TONES[health] ?? 'none'} text={health} />
}

export function Trend({ of, label }: { of: string; label: string }) {
  const series = useApi<Series>('/v1/series', { of, step: 30 }, { every: 30_000 })
  return series.data ? <Sparkline values={series.data.requests} label={label} /> : null
}

/** The columns that every table of figures has, in the order of `weft stat`. */
export function figures(): Column<TrafficRow>[] {
  return [
    { id: 'score', title: t.column.health, value: (r) => r.score, cell: (r) => <Score score={r.score} error={r.success == null ? null : 1 - r.success} /> },
    { id: 'success', title: t.column.success, right: true, value: (r) => r.success, cell: (r) => <span className={r.success != null && r.success < 0.95 ? 'bad' : r.success != null && r.success < 0.99 ? 'warn' : ''}>{percent(r.success)}</span> },
    { id: 'rps', title: t.column.rps, right: true, value: (r) => r.requestsPerSecond, cell: (r) => rate(r.requestsPerSecond) },
    { id: 'p50', title: t.column.p50, right: true, value: (r) => r.p50Ms, cell: (r) => ms(r.p50Ms) },
    { id: 'p95', title: t.column.p95, right: true, value: (r) => r.p95Ms, cell: (r) => ms(r.p95Ms) },
    { id: 'p99', title: t.column.p99, right: true, value: (r) => r.p99Ms, cell: (r) => ms(r.p99Ms) },
    { id: 'mtls', title: t.column.mtls, right: true, value: (r) => r.mutualTls, cell: (r) => <span className={r.requests > 0 && r.mutualTls < 1 ? 'warn' : ''}>{r.requests > 0 ? percent(r.mutualTls) : '–'}</span> },
    { id: 'retries', title: t.column.retries, right: true, value: (r) => r.retriesPerSecond, cell: (r) => (r.retriesPerSecond > 0 ? rate(r.retriesPerSecond) : '–') },
  ]
}

/** A row of what the registry knows and nobody called. */
export function quietRow(destination: string): TrafficRow {
  return { source: '', destination, protocol: '', sourceIdentity: '', destinationIdentity: '', mutualTls: 0, requestsPerSecond: 0, requests: 0, failures: 0, bytesPerSecond: 0, activeConnections: 0, bypassed: 0, reasons: {}, retriesPerSecond: 0, clientErrors: 0, serverErrors: 0 }
}

export function statusClass(flow: Flow): string {
  if (flow.reason && flow.reason !== 'OK') return 'bad'
  const status = flow.status ?? 0
  return status >= 500 ? 'bad' : status >= 400 ? 'warn' : ''
}

export function requestLine(flow: Flow): string {
  return [flow.method, flow.path ?? flow.originalDestination].filter(Boolean).join(' ') || (flow.protocol ?? '')
}

/** One flow record as a row of a log. */
export function flowColumns(): Column<Flow>[] {
  return [
    { id: 'time', title: t.column.time, value: (f) => f.startUnixUs, cell: (f) => <span className="mono dim">{clockMs((f.startUnixUs ?? 0) / 1000)}</span> },
    { id: 'source', title: t.column.source, value: (f) => f.source?.service || f.source?.workload || f.source?.address },
    { id: 'destination', title: t.column.destination, value: (f) => f.destination?.service || f.destination?.workload || f.originalDestination },
    {
      id: 'request', title: t.column.request, value: requestLine,
      cell: (f) => (f.requestId ? <Link className="mono" href={`/requests/${encodeURIComponent(f.requestId)}`}>{requestLine(f)}</Link> : <span className="mono">{requestLine(f)}</span>),
    },
    { id: 'status', title: t.column.status, right: true, value: (f) => f.status || f.grpcStatus, cell: (f) => <span className={statusClass(f)}>{f.status || '–'}{f.grpcStatus != null ? ` / ${f.grpcStatus}` : ''}</span> },
    { id: 'latency', title: t.column.latency, right: true, value: (f) => f.timing?.totalUs, cell: (f) => us(f.timing?.totalUs) },
    { id: 'reason', title: t.column.reason, value: (f) => f.reason, cell: (f) => (f.reason && f.reason !== 'OK' ? <code className="bad">{f.reason}</code> : <code className="faint">{f.reason ?? ''}</code>) },
    { id: 'detail', title: t.column.detail, value: (f) => f.detail },
  ]
}
