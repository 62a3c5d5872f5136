import { currentSession, send } from '../api/client'
import { useApi, useNow } from '../api/hooks'
import type { MeshStatus, TopologyColumns, Trust } from '../api/types'
import { dateTime, rate, span } from '../model/format'
import { graphOf, plainEdges } from '../model/graph'
import { t } from '../text'
import { Answer, Empty, Panel, Tile, toast } from '../ui/kit'
import { Link } from '../state/router'
import { Table } from '../ui/table'

const SOON_SECONDS = 3600

export default function Identity() {
  const status = useApi<MeshStatus>('/v1/status', {}, { every: 5000 })
  const trust = useApi<Trust>('/v1/trust', {}, { every: 60_000 })
  const topology = useApi<TopologyColumns>('/v1/topology/columns', { window: 60 }, { every: 5000 })
  const now = useNow(5000)
  const left = (at: string | null | undefined) => (at ? (Date.parse(at) - now) / 1000 : null)
  const allowed = currentSession()?.role !== 'viewer'
  const renew = (workload: string) => {
    const [ns, name] = workload.split('/')
    void send('POST', `/v1/proxies/${ns}/${name}/commands/renew`).then(() => toast(t.identity.renewed), (fault: Error) => toast(fault.message))
  }
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.identity.title}</h1>
      </div>
      <div className="stack">
        <Answer of={status}>
          {(s) => (
            <>
              <div className="grid grid-tiles">
                <Tile label={t.identity.trustDomain} value={<span className="tile-text">{s.trustDomain}</span>} />
                <Tile label={t.identity.root} value={span(left(s.rootNotAfter) ?? 0)} note={dateTime(s.rootNotAfter)} tone={(left(s.rootNotAfter) ?? 0) < 60 * 86_400 ? 'warn' : 'good'} />
                <Tile label={t.identity.issuer} value={span(left(s.issuerNotAfter) ?? 0)} note={dateTime(s.issuerNotAfter)} tone={(left(s.issuerNotAfter) ?? 0) < 14 * 86_400 ? 'warn' : 'good'} />
              </div>
              <Panel title={t.identity.workloads} cli="weft status -o wide" flush>
                <Table label={t.identity.workloads} rows={s.proxies} rowKey={(p) => p.workload} sort="expires" filter
                  columns={[
                    { id: 'workload', title: t.column.workload, value: (p) => p.workload },
                    { id: 'identity', title: t.column.identity, value: (p) => p.identity, cell: (p) => <code>{p.identity || t.identity.noCertificate}</code> },
                    { id: 'expires', title: t.column.expires, right: true, value: (p) => left(p.certificateNotAfter), cell: (p) => { const l = left(p.certificateNotAfter); return l == null ? '–' : <span className={l < 0 ? 'bad' : l < SOON_SECONDS ? 'warn' : ''} title={dateTime(p.certificateNotAfter!)}>{span(l)}</span> } },
                    { id: 'state', title: t.column.state, value: (p) => p.state },
                    ...(allowed ? [{ id: 'renew', title: '', value: () => '', cell: (p: { workload: string }) => <button type="button" className="button small quiet" onClick={() => renew(p.workload)}>{t.identity.renew}</button> }] : []),
                  ]} />
              </Panel>
            </>
          )}
        </Answer>
        <div className="grid grid-2">
          <Panel title={t.identity.plain} cli="weft edges" flush>
            <Answer of={topology}>
              {(topo) => {
                const plain = plainEdges(graphOf(topo).edges)
                return plain.length === 0 ? <Empty>{t.identity.allEncrypted}</Empty> : (
                  <ul className="list">
                    {plain.map((e) => (
                      <li key={e.id}>
                        <Link href={`/map?sel=${encodeURIComponent(e.id)}`}>{e.source} → {e.destination}</Link>
                        <span className="tag">{e.protocol}</span>
                        <span className="num dim">{rate(e.rps)}</span>
                      </li>
                    ))}
                  </ul>
                )
              }}
            </Answer>
          </Panel>
          <Panel title={t.identity.authority} cli="weft certs trust">
            <Answer of={trust}>
              {(answer) => (
                <div className="stack">
                  <dl className="pairs">
                    <dt>{t.identity.pin}</dt>
                    <dd><code>{answer.pin}</code></dd>
                  </dl>
                  <details>
                    <summary className="dim">{t.identity.roots}</summary>
                    <pre className="pre" tabIndex={0}>{answer.rootsPem}</pre>
                  </details>
                </div>
              )}
            </Answer>
          </Panel>
        </div>
      </div>
    </div>
  )
}
