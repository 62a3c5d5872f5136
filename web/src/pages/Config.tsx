import { useState } from 'react'
import { useApi, useNow } from '../api/hooks'
import type { AuditItem, CommitResult, ResourceItem } from '../api/types'
import { ago, dateTime } from '../model/format'
import { Link, navigate } from '../state/router'
import { t } from '../text'
import { Answer, Panel, Segments } from '../ui/kit'
import { Table } from '../ui/table'
import { currentSession } from '../api/client'
import { Edit } from './Edit'

type Tab = 'objects' | 'commits' | 'audit' | 'new'

export default function Config({ parts: [tab] }: { parts: string[] }) {
  const current = ((tab || 'objects') as Tab)
  const now = useNow(10_000)
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.config.title}</h1>
        <Segments label={t.config.title} value={current} options={[['objects', t.config.objects], ['commits', t.config.history], ['audit', t.config.audit]]} onChange={(id) => navigate(id === 'objects' ? '/config' : `/config/${id}`)} />
        <div className="actions">
          {currentSession()?.role === 'admin' && (
            <Link className="button primary" href="/config/new">
              {t.config.create}
            </Link>
          )}
        </div>
      </div>
      {current === 'objects' && <Objects now={now} />}
      {current === 'commits' && <History now={now} />}
      {current === 'audit' && <Audit />}
      {current === 'new' && <Create />}
    </div>
  )
}

function Create() {
  const [text, setText] = useState<string>(t.config.placeholder)
  return <Edit before="" text={text} onText={setText} onApplied={() => navigate('/config')} />
}

function Objects({ now }: { now: number }) {
  const list = useApi<{ items: ResourceItem[] }>('/v1/resources', {}, { every: 5000 })
  return (
    <Panel title={t.config.objects} cli="weft get resources -A" flush>
      <Answer of={list}>
        {(answer) => (
          <Table label={t.config.objects} rows={answer.items} rowKey={(r) => `${r.kind}${r.namespace}${r.name}`} href={(r) => `/config/${r.kind}/${r.namespace}/${r.name}`} filter empty={t.config.noObjects}
            columns={[
              { id: 'kind', title: t.column.kind, value: (r) => r.kind, cell: (r) => <span className="tag">{r.kind}</span> },
              { id: 'name', title: t.column.name, value: (r) => r.name, cell: (r) => <Link href={`/config/${r.kind}/${r.namespace}/${r.name}`}>{r.name}</Link> },
              { id: 'namespace', title: t.column.namespace, value: (r) => r.namespace },
              { id: 'commit', title: t.column.commit, right: true, value: (r) => r.commit, cell: (r) => <Link href={`/config/commits/${r.commit}`}>{r.commit}</Link> },
              { id: 'changed', title: t.column.changed, right: true, value: (r) => r.at, cell: (r) => <span title={dateTime(r.at)}>{ago(r.at, now)}</span> },
            ]} />
        )}
      </Answer>
    </Panel>
  )
}

function History({ now }: { now: number }) {
  const list = useApi<CommitResult[]>('/v1/commits', { limit: 200 }, { every: 5000 })
  return (
    <Panel title={t.config.history} cli="weft get commits" flush>
      <Answer of={list}>
        {(commits) => (
          <Table label={t.config.history} rows={commits} rowKey={(c) => String(c.commit)} href={(c) => `/config/commits/${c.commit}`} filter
            columns={[
              { id: 'commit', title: t.column.commit, right: true, value: (c) => c.commit, cell: (c) => <Link href={`/config/commits/${c.commit}`}>{c.commit}</Link> },
              { id: 'message', title: t.column.message, value: (c) => c.message ?? c.changes.map((x) => `${x.action} ${x.kind} ${x.namespace}/${x.name}`).join(', ') },
              { id: 'author', title: t.column.author, value: (c) => c.author, cell: (c) => <code className="dim">{c.author}</code> },
              { id: 'changed', title: t.column.changed, right: true, value: (c) => c.at, cell: (c) => <span title={dateTime(c.at)}>{ago(c.at, now)}</span> },
            ]} />
        )}
      </Answer>
    </Panel>
  )
}

function Audit() {
  const list = useApi<AuditItem[]>('/v1/audit', { limit: 500 }, { every: 5000 })
  return (
    <Panel title={t.config.audit} cli="weft get audit" flush>
      <Answer of={list}>
        {(items) => (
          <Table label={t.config.audit} rows={items} rowKey={(i) => String(i.id)} filter
            columns={[
              { id: 'time', title: t.column.time, value: (i) => i.at, cell: (i) => <span className="num dim">{dateTime(i.at)}</span> },
              { id: 'actor', title: t.column.actor, value: (i) => i.actor, cell: (i) => <code>{i.actor}</code> },
              { id: 'action', title: t.column.action, value: (i) => i.action },
              { id: 'detail', title: t.column.detail, value: (i) => i.detail },
              { id: 'outcome', title: t.column.outcome, value: (i) => i.outcome, cell: (i) => <span className={i.outcome.startsWith('refused') ? 'bad' : ''}>{i.outcome}</span> },
            ]} />
        )}
      </Answer>
    </Panel>
  )
}
