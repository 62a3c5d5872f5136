import { useState } from 'react'
import { currentSession, send } from '../api/client'
import { useApi, useNow } from '../api/hooks'
import type { MeshStatus, ProxyItem } from '../api/types'
import { ago, bytes, ms, span } from '../model/format'
import { Link, serviceHref, setSearch, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Dialog, HealthMark, Panel, toast } from '../ui/kit'
import { Table } from '../ui/table'

const TONES: Record<string, 'good' | 'warn' | 'bad' | 'none'> = { current: 'good', lagging: 'warn', refused: 'bad', disconnected: 'none' }

export default function Proxies() {
  const { search } = usePlace()
  const status = useApi<MeshStatus>('/v1/status', {}, { every: 2000 })
  const now = useNow(2000)
  const [dump, setDump] = useState<{ workload: string; text: string } | null>(null)
  const [draining, setDraining] = useState('')
  const allowed = currentSession()?.role !== 'viewer'
  const command = async (workload: string, verb: string) => {
    const slash = workload.indexOf('/')
    try {
      const answer = await send<{ text: string }>('POST', `/v1/proxies/${workload.slice(0, slash)}/${workload.slice(slash + 1)}/commands/${verb}`)
      if (verb === 'dump') setDump({ workload, text: pretty(answer.text) })
      else toast(answer.text || verb)
    } catch (fault) {
      toast((fault as Error).message)
    }
  }
  const actions = (p: ProxyItem) => (
    <span className="row-actions">
      <button type="button" className="button small quiet" onClick={() => void command(p.workload, 'dump')}>{t.proxies.dump}</button>
      <button type="button" className="button small quiet" onClick={() => setDraining(p.workload)}>{t.proxies.drain}</button>
    </span>
  )
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.proxies.title}</h1>
        {status.data && <span className="dim num">{t.why.commit(status.data.commit)}</span>}
      </div>
      <Panel title={t.proxies.title} cli="weft status" flush>
        <Answer of={status}>
          {(s) => (
            <Table label={t.proxies.title} rows={s.proxies} rowKey={(p) => p.workload} filter filterText={search.get('filter') ?? ''} onFilterText={(text) => setSearch({ filter: text })}
              columns={[
                { id: 'workload', title: t.column.workload, value: (p) => p.workload },
                { id: 'service', title: t.column.service, value: (p) => p.service, cell: (p) => <Link className="dim" href={serviceHref(p.service)}>{p.service}</Link> },
                { id: 'state', title: t.column.state, value: (p) => p.state, cell: (p) => <HealthMark health={TONES[p.state] ?? 'none'} text={t.proxies.states[p.state] ?? p.state} /> },
                { id: 'health', title: t.column.health, value: (p) => p.health },
                { id: 'commit', title: t.column.commit, right: true, value: (p) => p.commit },
                { id: 'lag', title: t.column.lag, right: true, value: (p) => p.lagMs, cell: (p) => ms(p.lagMs) },
                { id: 'version', title: t.column.version, value: (p) => p.version },
                { id: 'memory', title: t.column.memory, right: true, value: (p) => p.residentBytes, cell: (p) => bytes(p.residentBytes) },
                { id: 'cpu', title: t.column.cpu, right: true, value: (p) => p.cpuUs, cell: (p) => span(p.cpuUs / 1e6) },
                { id: 'certificate', title: t.column.certificate, right: true, value: (p) => p.certificateNotAfter, cell: (p) => (p.certificateNotAfter ? span((Date.parse(p.certificateNotAfter) - now) / 1000) : '–') },
                { id: 'connected', title: t.column.connected, right: true, value: (p) => p.connectedAt, cell: (p) => ago(p.connectedAt, now) },
                { id: 'refusal', title: t.column.refusal, value: (p) => p.lastRefusal, cell: (p) => (p.lastRefusal ? <span className="bad">{p.lastRefusal}</span> : '–') },
                ...(allowed ? [{ id: 'actions', title: '', value: () => '', cell: actions }] : []),
              ]} />
          )}
        </Answer>
      </Panel>
      {dump && (
        <Dialog label={t.proxies.answer} onClose={() => setDump(null)} className="wide">
          <div className="panel-head">
            <h2>{dump.workload}</h2>
            <button type="button" className="button quiet small" autoFocus onClick={() => setDump(null)}>{t.common.close}</button>
          </div>
          <pre className="pre" tabIndex={0}>{dump.text}</pre>
        </Dialog>
      )}
      {draining && (
        <Dialog label={t.proxies.drain} onClose={() => setDraining('')}>
          <div className="panel-body stack">
            <p>{t.proxies.confirmDrain(draining)}</p>
            <div className="form-row">
              <button type="button" className="button primary" onClick={() => { void command(draining, 'drain'); setDraining('') }}>{t.proxies.drain}</button>
              <button type="button" className="button" autoFocus onClick={() => setDraining('')}>{t.common.cancel}</button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
