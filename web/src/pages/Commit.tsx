import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { currentSession, send } from '../api/client'
import { useApi } from '../api/hooks'
import type { CommitResult, RolloutStatus } from '../api/types'
import { dateTime } from '../model/format'
import { Link, navigate } from '../state/router'
import { t } from '../text'
import { Answer, Dialog, Panel, toast } from '../ui/kit'
import { DiffView } from '../ui/yaml'

export default function Commit({ parts: [number = ''] }: { parts: string[] }) {
  const commit = useApi<CommitResult>(`/v1/commits/${number}`, {}, { every: false })
  const rollout = useApi<RolloutStatus>(`/v1/commits/${number}/rollout`, {}, { every: 5000 })
  const [asking, setAsking] = useState(false)
  const queries = useQueryClient()
  const undo = async () => {
    setAsking(false)
    try {
      const result = await send<CommitResult>('POST', `/v1/commits/${number}/revert`)
      toast(t.config.undone(result.commit))
      await queries.invalidateQueries()
      navigate(`/config/commits/${result.commit}`)
    } catch (fault) {
      toast((fault as Error).message)
    }
  }
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.why.commit(Number(number))}</h1>
        {rollout.data && <span className={`tag num ${rollout.data.refused.length > 0 ? 'bad' : 'good'}`}>{t.config.rollout(rollout.data.current, rollout.data.affected)}</span>}
        <div className="actions">
          <Link className="button" href="/config/commits">
            {t.config.history}
          </Link>
          {currentSession()?.role === 'admin' && (
            <button type="button" className="button" onClick={() => setAsking(true)}>
              {t.config.undo}
            </button>
          )}
        </div>
      </div>
      <Answer of={commit}>
        {(c) => (
          <div className="stack">
            <p className="dim">
              {c.message} · <code>{c.author}</code> · <span className="num">{dateTime(c.at)}</span>
            </p>
            {c.changes.map((change) => (
              <Panel key={change.kind + change.namespace + change.name} title={<>{change.kind} <Link className="plain" href={`/config/${change.kind}/${change.namespace}/${change.name}`}>{change.namespace}/{change.name}</Link> <span className="tag">{change.action}</span></>} cli={`weft describe commit/${number}`} flush>
                <DiffView before={change.before ?? ''} after={change.after ?? ''} />
              </Panel>
            ))}
          </div>
        )}
      </Answer>
      {asking && (
        <Dialog label={t.config.undo} onClose={() => setAsking(false)}>
          <div className="panel-body stack">
            <p>{t.config.confirmUndo(Number(number))}</p>
            <div className="form-row">
              <button type="button" className="button primary" autoFocus onClick={() => void undo()}>
                {t.config.undo}
              </button>
              <button type="button" className="button" onClick={() => setAsking(false)}>
                {t.common.cancel}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  )
}
