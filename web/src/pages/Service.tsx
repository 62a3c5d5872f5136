import { useMemo } from 'react'
import { useApi, useChecks, useDeclared, useNow } from '../api/hooks'
import type { CommitResult, FlowList, MeshStatus, ResourceItem, ScoreItem, Series, ServiceItem, TrafficRow, TrafficTable } from '../api/types'
import { workloadsOf, type Workload } from '../model/checks'
import { ms, percent, rate, span } from '../model/format'
import { Link, serviceHref, setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Chart } from '../ui/chart'
import { Icon } from '../ui/icons'
import { Answer, Empty, Panel, PartsBar, Score, Segments } from '../ui/kit'
import { Table, type Column } from '../ui/table'
import { marksOf } from './Home'
import { figures, flowColumns, healthMark, penalties } from './parts'
import { Checks } from './ServiceChecks'

type By = keyof typeof t.service.by

/** Everything about one service on one page. */
export default function Service({ parts: [namespace = '', name = ''] }: { parts: string[] }) {
  const id = `${namespace}/${name}`
  const cli = `svc/${name} -n ${namespace}`
  const scores = useApi<{ items: ScoreItem[] }>('/v1/scores', { by: 'service' }, { every: 10_000 })
  const score = scores.data?.items.find((s) => s.id === id)
  return (
    <div className="page">
      <div className="page-head">
        <h1>{name}</h1>
        <span className="dim">{namespace}</span>
        <Score score={score?.score} />
        <div className="actions">
          <Link className="button" href={`/map?focus=${encodeURIComponent(id)}&sel=${encodeURIComponent(id)}`}>
            <Icon name="map" size={14} /> {t.service.map}
          </Link>
          <Link className="button" href={`/live?filter=${encodeURIComponent(`destination=="${id}"`)}`}>
            <Icon name="live" size={14} /> {t.map.tap}
          </Link>
          <Link className="button" href={`/traces?filter=${encodeURIComponent(id)}`}>
            <Icon name="traces" size={14} /> {t.map.traces}
          </Link>
          <Link className="button" href={`/why?destination=${encodeURIComponent(id)}`}>
            <Icon name="why" size={14} /> {t.map.why}
          </Link>
        </div>
      </div>
      <div className="stack">
        <Red id={id} cli={cli} />
        <div className="split">
          <div className="stack">
            <Breakdown id={id} namespace={namespace} cli={cli} />
            <Edges id={id} namespace={namespace} />
            <Endpoints id={id} namespace={namespace} cli={cli} />
            <Checks id={id} cli={cli} />
            <Flows id={id} />
          </div>
          <div className="stack">
            <Panel title={t.service.penalties} cli={`weft health -n ${namespace}`}>
              {score && score.penalties.length > 0 ? penalties(score.penalties) : <Empty>{t.service.whole}</Empty>}
            </Panel>
            <Where id={id} />
            <Policies namespace={namespace} name={name} />
            <Certificate id={id} />
          </div>
        </div>
      </div>
    </div>
  )
}

function Red({ id, cli }: { id: string; cli: string }) {
  const series = useApi<Series>('/v1/series', { of: `service:${id}` }, { every: 3000 })
  const commits = useApi<CommitResult[]>('/v1/commits', {}, { every: 30_000 })
  const marks = marksOf(commits.data)
  return (
    <div className="grid grid-3">
      <Panel title={t.service.rate} cli={`weft stat ${cli}`}>
        <Answer of={series}>
          {(s) => <Chart label={t.service.rate} start={Date.parse(s.start)} stepSeconds={s.stepSeconds} format={rate} marks={marks} lines={[{ name: t.column.rps, values: s.requests.map((r) => r / s.stepSeconds), colour: 'var(--series-1)', area: true }]} />}
        </Answer>
      </Panel>
      <Panel title={t.service.errors}>
        <Answer of={series}>
          {(s) => <Chart label={t.service.errors} start={Date.parse(s.start)} stepSeconds={s.stepSeconds} format={percent} atLeast={0.01} marks={marks} lines={[{ name: t.column.errors, values: s.requests.map((r, i) => (r > 0 ? s.failures[i]! / r : null)), colour: 'var(--bad)', area: true }]} />}
        </Answer>
      </Panel>
      <Panel title={t.service.duration}>
        <Answer of={series}>
          {(s) => <Chart label={t.service.duration} start={Date.parse(s.start)} stepSeconds={s.stepSeconds} format={ms} marks={marks} lines={[{ name: t.column.p50, values: s.p50Ms, colour: 'var(--series-1)' }, { name: t.column.p95, values: s.p95Ms, colour: 'var(--series-2)' }, { name: t.column.p99, values: s.p99Ms, colour: 'var(--series-3)' }]} />}
        </Answer>
      </Panel>
    </div>
  )
}

function Breakdown({ id, namespace, cli }: { id: string; namespace: string; cli: string }) {
  const { search } = usePlace()
  const by = (search.get('by') ?? 'route') as By
  const stat = useApi<TrafficTable>('/v1/stat', { by, window: 60, namespace }, { every: 3000 })
  const first: Record<By, Column<TrafficRow>[]> = {
    route: [
      { id: 'route', title: t.column.route, value: (r) => r.route ?? '' },
      { id: 'template', title: t.column.template, value: (r) => r.template, cell: (r) => <code>{r.template ?? '–'}</code> },
    ],
    version: [{ id: 'version', title: t.column.version, value: (r) => r.version }],
    zone: [{ id: 'zone', title: t.column.zone, value: (r) => r.zone }],
    workload: [{ id: 'workload', title: t.column.workload, value: (r) => r.workload }],
    code: [{ id: 'code', title: t.column.status, value: (r) => Object.keys(r.reasons)[0] ?? r.route }],
  }
  return (
    <Panel title={t.service.breakdown} cli={by === 'route' ? `weft stat ${cli} --by route` : undefined} flush aside={<Segments label={t.service.by.route} value={by} options={Object.entries(t.service.by) as [By, string][]} onChange={(b) => setSearch({ by: b === 'route' ? null : b })} />}>
      <Answer of={stat}>
        {(table) => <Table label={t.service.by[by] ?? by} rows={table.rows.filter((r) => r.destination === id || r.backend === id)} columns={[...(first[by] ?? []), ...figures().filter((c) => !['p95', 'retries'].includes(c.id))]} rowKey={(r) => `${r.route}|${r.template}|${r.version}|${r.zone}|${r.workload}|${Object.keys(r.reasons).join()}`} sort="rps" descending empty={t.common.noTraffic} />}
      </Answer>
    </Panel>
  )
}

function Edges({ id, namespace }: { id: string; namespace: string }) {
  const edges = useApi<TrafficTable>('/v1/edges', { window: 60, filter: `source=="${id}" || destination=="${id}"` }, { every: 3000 })
  const side = (title: string, rows: TrafficRow[], end: 'source' | 'destination') => (
    <Panel title={title} cli={`weft edges -n ${namespace}`} flush>
      <Table label={title} rows={rows} rowKey={(r) => `${r.source}>${r.destination}>${r.protocol}`} sort="rps" descending empty={t.common.noTraffic} href={(r) => `/map?focus=${encodeURIComponent(id)}&sel=${encodeURIComponent(`${r.source}>${r.destination}`)}`}
        columns={[{ id: 'peer', title: end === 'source' ? t.column.source : t.column.destination, value: (r) => r[end], cell: (r) => (r[end].includes('/') ? <Link href={serviceHref(r[end])}>{r[end]}</Link> : r[end]) }, { id: 'protocol', title: t.column.protocol, value: (r) => r.protocol }, ...figures().filter((c) => !['p95', 'retries'].includes(c.id))]} />
    </Panel>
  )
  return (
    <Answer of={edges}>
      {(table) => (
        <>
          {side(t.service.edgesIn, table.rows.filter((r) => r.destination === id), 'source')}
          {side(t.service.edgesOut, table.rows.filter((r) => r.source === id), 'destination')}
        </>
      )}
    </Answer>
  )
}

/** The endpoints and, from the decision records of recent flows, how callers' proxies judge them. One without a proxy is as well as its callers' checks find it. */
function Endpoints({ id, namespace, cli }: { id: string; namespace: string; cli: string }) {
  const status = useApi<MeshStatus>('/v1/status', {}, { every: 5000 })
  const declared = useDeclared(namespace)
  const checks = useChecks(id)
  const judged = useJudged(id)
  const columns: Column<Workload>[] = [
    { id: 'workload', title: t.column.workload, value: (w) => w.workload },
    { id: 'address', title: t.column.address, value: (w) => w.address, cell: (w) => <code>{w.address}</code> },
    { id: 'version', title: t.column.version, value: (w) => w.version },
    { id: 'health', title: t.column.health, value: (w) => w.health, cell: (w) => healthMark(w.health) },
    { id: 'verdict', title: t.column.verdict, value: (w) => verdictOf(w.address, judged)?.verdict, cell: (w) => { const v = verdictOf(w.address, judged); return v ? <span className={`tag ${['ejected', 'unhealthy'].includes(v.verdict) ? 'bad' : v.verdict === 'chosen' ? 'good' : ''}`}>{v.verdict}</span> : '–' } },
    { id: 'ewma', title: t.column.ewma, right: true, value: (w) => verdictOf(w.address, judged)?.ewmaUs, cell: (w) => { const v = verdictOf(w.address, judged); return v?.ewmaUs ? ms(v.ewmaUs / 1000) : '–' } },
    { id: 'state', title: t.column.state, value: (w) => w.state },
  ]
  return (
    <Panel title={t.service.endpoints} cli={`weft describe ${cli}`} flush>
      <Answer of={status}>
        {(s) => <Table label={t.service.endpoints} rows={workloadsOf(s.proxies, declared.data?.items ?? [], checks.data ?? []).filter((w) => w.service === id)} rowKey={(w) => w.workload} columns={columns} />}
      </Answer>
    </Panel>
  )
}

interface Judged {
  verdict: string
  ewmaUs?: number
  active?: number
}

/** The latest that recent flows to the service say of each endpoint, by its address. */
function useJudged(id: string): Map<string, Judged> {
  const flows = useApi<FlowList>('/v1/flows', { filter: `destination=="${id}"`, limit: 100 }, { every: 10_000 })
  return useMemo(() => {
    const latest = new Map<string, Judged>()
    for (const flow of flows.data?.flows ?? []) {
      for (const c of flow.considered ?? []) if (c.endpoint && !latest.has(c.endpoint)) latest.set(c.endpoint, { verdict: c.verdict ?? '', ewmaUs: c.ewmaUs, active: c.active })
    }
    return latest
  }, [flows.data])
}

function verdictOf<T>(address: string, judged: Map<string, T>): T | undefined {
  const exact = judged.get(address)
  if (exact) return exact
  for (const [endpoint, verdict] of judged) if (endpoint.replace(/:\d+$/, '') === address.replace(/:\d+$/, '')) return verdict
  return undefined
}

function Where({ id }: { id: string }) {
  const series = useApi<Series>('/v1/series', { of: `service:${id}` }, { every: 3000 })
  const latest = series.data && Object.fromEntries(Object.entries(series.data.parts).map(([name, values]) => [name, [...(values ?? [])].reverse().find((v) => v != null) ?? null]))
  return <Panel title={t.service.parts}>{latest ? <PartsBar parts={latest} /> : <Empty>{t.common.noTraffic}</Empty>}</Panel>
}

function Policies({ namespace, name }: { namespace: string; name: string }) {
  const list = useApi<{ items: ResourceItem[] }>('/v1/resources', { namespace }, { every: 10_000 })
  const services = useApi<ServiceItem[]>('/v1/services', {}, { every: 10_000 })
  const service = services.data?.find((s) => s.namespace === namespace && s.name === name)
  return (
    <Panel title={t.service.policies} cli={`weft get resources -n ${namespace}`} flush>
      <Answer of={list}>
        {(answer) => {
          const about = answer.items.filter((r) => new RegExp(`name: ${name.replace(/[^a-z0-9-]/g, '')}$`, 'm').test(r.yaml))
          return about.length === 0 ? (
            <Empty>{t.service.noPolicies}</Empty>
          ) : (
            <ul className="list">
              {about.map((r) => (
                <li key={r.kind + r.name}>
                  <span className="tag">{r.kind}</span>
                  <Link href={`/config/${r.kind}/${r.namespace}/${r.name}`}>{r.name}</Link>
                  <span className="faint num">{t.why.commit(r.commit)}</span>
                </li>
              ))}
            </ul>
          )
        }}
      </Answer>
      {service && (
        <dl className="pairs mono panel-body">
          <dt>{t.column.address}</dt>
          <dd>
            {service.virtualAddress} : {service.ports.join(', ')}
          </dd>
        </dl>
      )}
    </Panel>
  )
}

function Certificate({ id }: { id: string }) {
  const status = useApi<MeshStatus>('/v1/status', {}, { every: 5000 })
  const now = useNow(10_000)
  return (
    <Panel title={t.service.certificate} cli="weft status -o wide" flush>
      <Answer of={status}>
        {(s) => (
          <ul className="list">
            {s.proxies.filter((p) => p.service === id).map((p) => (
              <li key={p.workload}>
                <code className="grow">{p.identity || t.identity.noCertificate}</code>
                <span className="num dim">{p.certificateNotAfter ? span((Date.parse(p.certificateNotAfter) - now) / 1000) : '–'}</span>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  )
}

function Flows({ id }: { id: string }) {
  const flows = useApi<FlowList>('/v1/flows', { filter: `destination=="${id}"`, limit: 20 }, { every: 5000 })
  return (
    <Panel title={t.service.logs} flush>
      <Answer of={flows}>{(list) => <Table label={t.service.logs} rows={list.flows} columns={flowColumns().filter((c) => c.id !== 'destination')} rowKey={(f) => `${f.requestId}${f.spanId}${f.direction}`} height={330} />}</Answer>
    </Panel>
  )
}
