import { useState } from 'react'
import { currentSession } from '../api/client'
import { useApi, useNow } from '../api/hooks'
import type { CommitResult, ResourceItem } from '../api/types'
import { ago } from '../model/format'
import { Link, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Empty, Panel } from '../ui/kit'
import { YamlView } from '../ui/yaml'
import { Edit } from './Edit'

/** One object: its text, who changed it when, and the line that something else pointed at. */
export default function ConfigObject({ parts: [kind = '', namespace = '', name = ''] }: { parts: string[] }) {
  const { search } = usePlace()
  const list = useApi<{ items: ResourceItem[] }>('/v1/resources', { kind, namespace, name }, { every: 5000 })
  const commits = useApi<CommitResult[]>('/v1/commits', { limit: 200 }, { every: 10_000 })
  const [draft, setDraft] = useState<string | null>(null)
  const now = useNow(10_000)
  const item = list.data?.items[0]
  const history = (commits.data ?? []).filter((c) => c.changes.some((x) => x.kind === kind && x.namespace === namespace && x.name === name))
  const line = Number(search.get('line') ?? 0) || null
  return (
    <div className="page">
      <div className="page-head">
        <h1>{name}</h1>
        <span className="dim">
          {kind} · {namespace}
        </span>
        <div className="actions">
          {item && currentSession()?.role === 'admin' && (
            <button type="button" className="button" aria-pressed={draft !== null} onClick={() => setDraft(draft === null ? item.yaml : null)}>
              {t.config.edit}
            </button>
          )}
        </div>
      </div>
      {draft !== null && item ? (
        <Edit before={item.yaml} text={draft} onText={setDraft} onApplied={() => setDraft(null)} />
      ) : (
        <div className="split">
          <Panel title={t.config.yaml} cli={`weft get ${kind.toLowerCase()}/${name} -n ${namespace} -o yaml`} flush aside={item && <span className="faint num">{t.config.from(item.commit)}</span>}>
            <Answer of={list}>{() => (item ? <YamlView text={item.yaml} markLine={line} /> : <Empty>{t.common.none}</Empty>)}</Answer>
          </Panel>
          <div className="stack">
            <Panel title={t.config.history} cli="weft get commits" flush>
              <ul className="list">
                {history.map((c) => (
                  <li key={c.commit}>
                    <span className="tag num">{c.commit}</span>
                    <Link href={`/config/commits/${c.commit}`}>{c.message || c.changes[0]?.action}</Link>
                    <span className="faint num">{ago(c.at, now)}</span>
                  </li>
                ))}
              </ul>
            </Panel>
            <Panel title={t.config.origin}>
              <p className="dim">{t.config.originText}</p>
            </Panel>
          </div>
        </div>
      )}
    </div>
  )
}
