import { useState } from 'react'
import { ApiError, get, pathOf, send, type Query } from '../api/client'
import type { ResourceItem, WhyAnswer } from '../api/types'
import { t } from '../text'
import { Panel, Problem } from '../ui/kit'
import { YamlEditor } from '../ui/yaml'
import { WhySteps } from './WhySteps'

interface Props {
  query: Query
  answer: WhyAnswer
  cli: string
}

/** The same question as if something were applied. It begins with the object that decides now, since that is what most want to change. */
export function WhatIf({ query, answer, cli }: Props) {
  const [text, setText] = useState<string | null>(null)
  const [found, setFound] = useState<WhyAnswer | null>(null)
  const [error, setError] = useState<unknown>(null)
  const decider = (answer.steps.find((step) => !step.ok && step.object) ?? answer.steps.find((step) => step.object))?.object ?? ''
  const open = async () => {
    const [kind, name] = decider.split(' ')
    const [namespace, bare] = (name ?? '').split('/')
    const list = bare ? await get<{ items: ResourceItem[] }>('/v1/resources', { kind, namespace, name: bare }).catch(() => null) : null
    setText(list?.items[0]?.yaml ?? '')
  }
  const ask = async () => {
    setError(null)
    setFound(null)
    const namespace = String(query['source'] ?? '').split('/')[0] || 'default'
    await send<WhyAnswer>('POST', pathOf('/v1/why', query), { documents: [{ file: 'editor', text }], namespace }).then(setFound, setError)
  }
  if (text === null) {
    return (
      <div>
        <button type="button" className="button" onClick={() => void open()}>
          {t.why.whatIf}
        </button>
      </div>
    )
  }
  return (
    <>
      <Panel title={t.why.whatIf} cli={`${cli} --what-if -f -`} flush>
        <YamlEditor text={text} onChange={setText} findings={error instanceof ApiError ? error.findings : []} label={t.why.whatIfText}
          onKey={(e) => {
            if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') {
              e.preventDefault()
              void ask()
            }
          }} />
        <div className="form-row">
          <button type="button" className="button primary" disabled={text.trim() === ''} onClick={() => void ask()}>
            {t.why.ask}
          </button>
          <span className="faint">{t.why.whatIfNote}</span>
        </div>
        {error ? <Problem error={error} /> : null}
      </Panel>
      {found && <WhySteps answer={found} />}
    </>
  )
}
