import { useApi } from '../api/hooks'
import type { Query } from '../api/client'
import type { ScoreItem, Series, TrafficTable } from '../api/types'
import { bytes, count, ms, nameOf, percent, rate } from '../model/format'
import { edgeHealth, type Graph, type MapEdge } from '../model/graph'
import type { MapState } from '../model/url'
import { Link, serviceHref } from '../state/router'
import { t } from '../text'
import { Chart } from '../ui/chart'
import { Icon } from '../ui/icons'
import { Cli, HealthMark, PartsBar, Score } from '../ui/kit'
import { penalties } from '../pages/parts'

interface Props {
  graph: Graph
  whole: Graph
  state: MapState
  change: (part: Partial<MapState>, options?: { replace?: boolean }) => void
  /** Of which time and namespace the map is. */
  query: Query
}

const LIST_MAX = 8

/** What is known of the selected service or edge, beside the map. */
export function Details(props: Props) {
  const { state, whole } = props
  const [source, destination] = state.selected.split('>')
  const edge = destination === undefined ? undefined : whole.edges.find((e) => e.source === source && e.destination === destination)
  const node = whole.nodes.find((n) => n.id === state.selected)
  if (!edge && !node) return null
  return (
    <aside className="map-details" aria-label={state.selected}>
      <button type="button" className="button quiet icon close" aria-label={t.common.close} onClick={() => props.change({ selected: '' }, { replace: true })}>
        <Icon name="close" size={14} />
      </button>
      {edge ? <EdgeDetails {...props} edge={edge} /> : <NodeDetails {...props} id={node!.id} />}
    </aside>
  )
}

function NodeDetails({ whole, change, id }: Props & { id: string }) {
  const node = whole.nodes.find((n) => n.id === id)!
  const series = useApi<Series>('/v1/series', { of: `service:${id}` }, { every: 5000 })
  const scores = useApi<{ items: ScoreItem[] }>('/v1/scores', { by: 'service' }, { every: 10_000 })
  const calls = whole.edges.filter((e) => e.source === id).sort((a, b) => b.rps - a.rps)
  const callers = whole.edges.filter((e) => e.destination === id).sort((a, b) => b.rps - a.rps)
  const score = scores.data?.items.find((s) => s.id === id)
  return (
    <>
      <div className="details-head">
        <h2>{node.label}</h2>
        <span className="dim">{node.namespace || node.kind}</span>
        <Score score={node.score} />
      </div>
      <div className="details-actions">
        <button type="button" className="button small" onClick={() => change({ focus: id })}>
          <Icon name="target" size={13} /> {t.map.focus} <kbd>f</kbd>
        </button>
        {node.kind === 'service' && (
          <Link className="button small" href={serviceHref(id)}>
            {t.map.open}
          </Link>
        )}
        <Link className="button small" href={`/live?filter=${encodeURIComponent(`destination=="${id}"`)}`}>
          {t.map.tap}
        </Link>
      </div>
      <dl className="pairs num">
        <dt>{t.column.rps}</dt>
        <dd>{rate(node.rps)}</dd>
        <dt>{t.column.success}</dt>
        <dd>{percent(node.success)}</dd>
        <dt>{t.column.p99}</dt>
        <dd>{ms(node.p99)}</dd>
        {node.versions.length > 0 && (
          <>
            <dt>{t.column.version}</dt>
            <dd>{node.versions.join(', ')}</dd>
          </>
        )}
        {node.zones.length > 0 && (
          <>
            <dt>{t.column.zone}</dt>
            <dd>{node.zones.join(', ')}</dd>
          </>
        )}
        <dt>{t.column.meshed}</dt>
        <dd>
          {node.meshed} / {node.workloads}
        </dd>
      </dl>
      {score && score.penalties.length > 0 && penalties(score.penalties)}
      {series.data && (
        <Chart label={t.column.rps} height={96} start={Date.parse(series.data.start)} stepSeconds={series.data.stepSeconds} format={(v) => rate(v)}
          lines={[{ name: t.column.rps, values: series.data.requests.map((r) => r / series.data!.stepSeconds), colour: 'var(--series-1)', area: true }, { name: t.column.errors, values: series.data.failures.map((r) => r / series.data!.stepSeconds), colour: 'var(--bad)', area: true }]} />
      )}
      <EdgeList title={t.map.calledBy} edges={callers} end="source" change={change} />
      <EdgeList title={t.map.calls} edges={calls} end="destination" change={change} />
      <Cli line={`weft describe svc/${node.label}${node.namespace ? ` -n ${node.namespace}` : ''}`} />
    </>
  )
}

function EdgeList({ title, edges, end, change }: { title: string; edges: MapEdge[]; end: 'source' | 'destination'; change: Props['change'] }) {
  if (edges.length === 0) return null
  return (
    <section>
      <h3>
        {title} <span className="faint num">{edges.length}</span>
      </h3>
      <ul className="details-list">
        {edges.slice(0, LIST_MAX).map((edge) => (
          <li key={edge.id}>
            <button type="button" onClick={() => change({ selected: edge.id }, { replace: true })}>
              <HealthMark health={edgeHealth(edge)} text={<span className="details-name">{nameOf(edge[end])}</span>} />
              <span className="num dim">{rate(edge.rps)}</span>
              <span className="num dim">{ms(edge.p99)}</span>
            </button>
          </li>
        ))}
      </ul>
      {edges.length > LIST_MAX && <p className="faint num">{t.map.more(edges.length - LIST_MAX)}</p>}
    </section>
  )
}

function EdgeDetails({ edge, query, change }: Props & { edge: MapEdge }) {
  const rows = useApi<TrafficTable>('/v1/edges', { ...query, filter: `source=="${edge.source}" && destination=="${edge.destination}"` }, { every: 5000 })
  // While another edge's row is still shown as a placeholder there is nothing to say about this one.
  const full = rows.data?.rows.find((row) => row.source === edge.source && row.destination === edge.destination)
  const series = useApi<Series>('/v1/series', { of: `edge:${edge.source}>${edge.destination}` }, { every: 5000 })
  const namespace = edge.source.includes('/') ? edge.source.slice(0, edge.source.indexOf('/')) : ''
  return (
    <>
      <div className="details-head">
        <h2>
          {nameOf(edge.source)} <span className="faint">→</span> {nameOf(edge.destination)}
        </h2>
        <span className="dim">{edge.protocol}</span>
        <Score score={edge.score} error={edge.error} />
      </div>
      {edge.worst && <p className="warn">{edge.worst}</p>}
      <div className="details-actions">
        <Link className="button small" href={`/why?source=${encodeURIComponent(edge.source)}&destination=${encodeURIComponent(edge.destination)}`}>
          {t.map.why}
        </Link>
        <Link className="button small" href={`/live?filter=${encodeURIComponent(`source=="${edge.source}" && destination=="${edge.destination}"`)}`}>
          {t.map.tap}
        </Link>
        <button type="button" className="button small" onClick={() => change({ focus: edge.destination, selected: edge.id })}>
          {t.map.focus}
        </button>
      </div>
      <dl className="pairs num">
        <dt>{t.column.rps}</dt>
        <dd>{rate(edge.rps)}</dd>
        <dt>{t.column.requests}</dt>
        <dd data-testid="edge-requests">{count(edge.requests)}</dd>
        <dt>{t.column.failures}</dt>
        <dd>
          {count(edge.failures)} <span className="dim">{edge.error != null && edge.error > 0 ? percent(edge.error) : ''}</span>
        </dd>
        <dt>
          {t.column.p50} / {t.column.p95} / {t.column.p99}
        </dt>
        <dd>
          {ms(edge.p50)} / {ms(edge.p95)} / {ms(edge.p99)}
        </dd>
        <dt>{t.column.bytes}</dt>
        <dd>{bytes(edge.bytesPerSecond)}/s</dd>
        <dt>{t.column.retries}</dt>
        <dd>{rate(edge.retriesPerSecond)}</dd>
        <dt>{t.column.mtls}</dt>
        <dd className={edge.mutualTls < 1 ? 'warn' : ''}>{percent(edge.mutualTls)}</dd>
      </dl>
      <h3>{t.map.parts}</h3>
      <PartsBar parts={full?.parts ?? {}} />
      {full && Object.keys(full.reasons).length > 0 && (
        <>
          <h3>{t.map.reasons}</h3>
          <ul className="details-reasons num">
            {Object.entries(full.reasons).sort((a, b) => b[1] - a[1]).map(([reason, n]) => (
              <li key={reason}>
                <code className={reason === 'OK' ? '' : 'bad'}>{reason}</code> <span className="dim">{count(n)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {series.data && (
        <Chart label={t.column.latency} height={96} start={Date.parse(series.data.start)} stepSeconds={series.data.stepSeconds} format={(v) => ms(v)}
          lines={[{ name: t.column.p50, values: series.data.p50Ms, colour: 'var(--series-1)' }, { name: t.column.p99, values: series.data.p99Ms, colour: 'var(--series-3)' }]} />
      )}
      <dl className="pairs mono">
        <dt>{t.column.source}</dt>
        <dd>{full?.sourceIdentity || '–'}</dd>
        <dt>{t.column.destination}</dt>
        <dd>{full?.destinationIdentity || '–'}</dd>
      </dl>
      <Cli line={`weft why ${nameOf(edge.source)} ${nameOf(edge.destination)}${namespace ? ` -n ${namespace}` : ''}`} />
    </>
  )
}
