import { useApi, useNow } from '../api/hooks'
import type { CommitResult, Home as HomeAnswer, HomeItem, Series, TrafficTable } from '../api/types'
import { ago, ms, percent, rate, span } from '../model/format'
import { Link, serviceHref } from '../state/router'
import { t } from '../text'
import { Chart } from '../ui/chart'
import { Answer, Empty, HealthMark, Panel, Score, Tile } from '../ui/kit'
import { Table } from '../ui/table'
import { figures } from './parts'

const TONES = { good: 'good', degraded: 'warn', bad: 'bad' } as const

export default function Home() {
  const home = useApi<HomeAnswer>('/v1/home', {}, { every: 3000 })
  const series = useApi<Series>('/v1/series', { of: 'mesh' }, { every: 5000 })
  const stat = useApi<TrafficTable>('/v1/stat', { by: 'service', window: 60 }, { every: 5000 })
  const commits = useApi<CommitResult[]>('/v1/commits', {}, { every: 30_000 })
  const now = useNow()
  return (
    <div className="page">
      <h1 className="sr">{t.home.title}</h1>
      <Answer of={home}>
        {(h) => (
          <div className="stack">
            <div className={`verdict ${TONES[h.verdict]}`}>
              <HealthMark health={TONES[h.verdict]} text={<strong>{t.home[h.verdict]}</strong>} />
              <p>{withoutVerdict(h.sentence, t.home[h.verdict])}</p>
            </div>
            <div className="grid grid-tiles">
              <Tile label={t.home.rate} value={rate(h.golden.rps)} href="/map" note={t.home.sizeText(h.services, h.workloads)} />
              <Tile label={t.home.success} value={percent(h.golden.success)} tone={h.golden.success == null || h.golden.success > 0.99 ? 'good' : h.golden.success > 0.95 ? 'warn' : 'bad'} href="/services" />
              <Tile label={t.home.latency} value={ms(h.golden.p99Ms)} href="/services" />
              <Tile label={t.home.encrypted} value={percent(h.encrypted)} tone={h.encrypted == null || h.encrypted >= 1 ? 'good' : 'warn'} href="/identity" />
              <Tile label={t.home.certificates} value={h.soonestExpiry ? span((Date.parse(h.soonestExpiry) - now) / 1000) : '–'} href="/identity" />
              <Tile label={t.home.sync} value={h.proxiesLagging > 0 ? t.home.syncSome(h.proxiesLagging) : h.proxiesCurrent} note={h.proxiesLagging > 0 ? undefined : t.home.syncAll(h.proxiesCurrent)} tone={h.proxiesLagging > 0 ? 'warn' : 'good'} href="/proxies" />
            </div>
            <div className="grid grid-2">
              <Panel title={t.home.problems} cli="weft health" flush>
                <Items items={h.problems} empty={t.home.noProblems} now={now} />
              </Panel>
              <Panel title={t.home.changes} cli="weft get commits" flush>
                <Items items={h.changes} empty={t.home.noChanges} now={now} />
              </Panel>
            </div>
          </div>
        )}
      </Answer>
      <div className="grid grid-2 home-charts">
        <Panel title={`${t.home.rate} · ${t.home.last}`} cli="weft stat">
          <Answer of={series}>
            {(s) => (
              <Chart label={t.home.rate} start={Date.parse(s.start)} stepSeconds={s.stepSeconds} format={rate} marks={marksOf(commits.data)}
                lines={[{ name: t.column.rps, values: s.requests.map((r) => r / s.stepSeconds), colour: 'var(--series-1)', area: true }, { name: t.column.failures, values: s.failures.map((r) => r / s.stepSeconds), colour: 'var(--bad)', area: true }]} />
            )}
          </Answer>
        </Panel>
        <Panel title={`${t.service.duration} · ${t.home.last}`} cli="weft stat -o wide">
          <Answer of={series}>
            {(s) => (
              <Chart label={t.service.duration} start={Date.parse(s.start)} stepSeconds={s.stepSeconds} format={ms} marks={marksOf(commits.data)}
                lines={[{ name: t.column.p50, values: s.p50Ms, colour: 'var(--series-1)' }, { name: t.column.p95, values: s.p95Ms, colour: 'var(--series-2)' }, { name: t.column.p99, values: s.p99Ms, colour: 'var(--series-3)' }]} />
            )}
          </Answer>
        </Panel>
      </div>
      <Panel title={t.home.busiest} cli="weft stat" flush>
        <Answer of={stat}>
          {(table) => (
            <Table
              label={t.home.busiest}
              rows={[...table.rows].sort((a, b) => b.requestsPerSecond - a.requestsPerSecond).slice(0, 8)}
              rowKey={(r) => r.destination}
              href={(r) => serviceHref(r.destination)}
              empty={t.common.noTraffic}
              columns={[{ id: 'service', title: t.column.service, value: (r) => r.destination, cell: (r) => <Link href={serviceHref(r.destination)}>{r.destination}</Link> }, ...figures()]}
            />
          )}
        </Answer>
      </Panel>
    </div>
  )
}

/** The server's sentence may begin with what the mark says already. */
function withoutVerdict(sentence: string, verdict: string): string {
  const rest = sentence.startsWith(`${verdict}: `) ? sentence.slice(verdict.length + 2) : sentence
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

export function marksOf(commits: CommitResult[] | undefined): { at: number; title: string }[] {
  return (commits ?? []).map((c) => ({ at: Date.parse(c.at), title: `${t.why.commit(c.commit)}: ${c.message ?? ''}` }))
}

function Items({ items, empty, now }: { items: HomeItem[]; empty: string; now: number }) {
  if (items.length === 0) return <Empty>{empty}</Empty>
  return (
    <ul className="list">
      {items.map((item) => (
        <li key={item.title}>
          {item.score != null && <Score score={item.score} />}
          <Link href={item.link}>{item.title}</Link>
          {item.at && <span className="faint num">{ago(item.at, now)}</span>}
        </li>
      ))}
    </ul>
  )
}
