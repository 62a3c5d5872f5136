import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, get, send } from '../api/client'
import type { CommitResult, Finding, RolloutStatus } from '../api/types'
import { t } from '../text'
import { Empty, Panel, Problem, toast } from '../ui/kit'
import { DiffView, YamlEditor } from '../ui/yaml'

/** An editor that checks against the real mesh before anything is applied, and says where the new state runs. */
export function Edit({ before, text, onText, onApplied }: { before: string; text: string; onText: (text: string) => void; onApplied: (commit: CommitResult) => void }) {
  const [error, setError] = useState<unknown>(null)
  const [checked, setChecked] = useState<{ text: string; result: CommitResult } | null>(null)
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const findings: Finding[] = error instanceof ApiError ? error.findings : (checked?.result.warnings ?? [])
  const call = async (dryRun: boolean) => {
    setBusy(true)
    setError(null)
    try {
      const result = await send<CommitResult>('POST', '/v1/commits', { documents: [{ file: 'editor', text }], dryRun, message: 'from the dashboard' })
      if (dryRun) {
        setChecked({ text, result })
        return
      }
      toast(t.config.applied(result.commit))
      void rollout(result.commit)
      await queries.invalidateQueries()
      onApplied(result)
    } catch (fault) {
      setChecked(null)
      setError(fault)
    } finally {
      setBusy(false)
    }
  }
  const changes = checked?.text === text ? checked.result.changes.filter((c) => c.action !== 'unchanged') : null
  return (
    <div className="split">
      <Panel title={t.config.yaml} cli="weft apply -f -" flush>
        <YamlEditor
          text={text}
          onChange={(next) => {
            onText(next)
            setError(null)
          }}
          findings={findings}
          label={t.config.yaml}
          onKey={(e) => {
            if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') {
              e.preventDefault()
              void call(true)
            } else if ((e.ctrlKey || e.metaKey) && e.key === 's') {
              e.preventDefault()
              void call(false)
            }
          }}
        />
        <div className="form-row">
          <button type="button" className="button" disabled={busy} onClick={() => void call(true)}>
            {t.config.check}
          </button>
          <button type="button" className="button primary" disabled={busy || text === before} onClick={() => void call(false)}>
            {t.config.apply}
          </button>
          <span className="faint">{t.config.save}</span>
        </div>
      </Panel>
      <Panel title={t.config.wouldChange} cli="weft diff -f -" flush>
        {error ? <Problem error={error} /> : null}
        {!error && changes === null && <DiffView before={before} after={text} />}
        {!error && changes?.length === 0 && <Empty>{t.config.unchanged}</Empty>}
        {!error && changes?.map((c) => (
          <div key={c.kind + c.namespace + c.name}>
            <div className="code-gap">
              {c.action} {c.kind} {c.namespace}/{c.name}
            </div>
            <DiffView before={c.before ?? ''} after={c.after ?? ''} />
          </div>
        ))}
        {checked && !error && findings.length === 0 && <p className="good panel-body">{t.config.clean}</p>}
        {checked && !error && findings.map((f, i) => <p key={i} className="warn panel-body">{f.code} {f.message}</p>)}
      </Panel>
    </div>
  )
}

async function rollout(commit: number): Promise<void> {
  const status = await get<RolloutStatus>(`/v1/commits/${commit}/rollout`, { wait: 10 }).catch(() => null)
  if (!status) return
  const refused = status.refused[0]
  toast(refused ? t.config.refused(refused.workload, refused.reason) : t.config.rollout(status.current, status.affected))
}
