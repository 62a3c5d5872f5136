import { useState, type FormEvent } from 'react'
import { useApi } from '../api/hooks'
import type { ServiceItem, WhyAnswer } from '../api/types'
import { nameOf } from '../model/format'
import { navigate, usePlace } from '../state/router'
import { t } from '../text'
import { Answer, Panel } from '../ui/kit'
import { tidy } from '../model/url'
import { WhatIf } from './WhatIf'
import { WhySteps } from './WhySteps'

const FIELDS = ['source', 'destination', 'port', 'method', 'path'] as const

/** Asks why one service can or cannot reach another, or what happened to one request. */
export default function Why() {
  const { search } = usePlace()
  const query = Object.fromEntries(FIELDS.map((f) => [f, search.get(f) ?? '']))
  const asked = query['source'] !== '' && query['destination'] !== ''
  const answer = useApi<WhyAnswer>('/v1/why', query, { every: false, enabled: asked })
  const services = useApi<ServiceItem[]>('/v1/services', {}, { every: 30_000 })
  const [request, setRequest] = useState('')
  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const next = new URLSearchParams()
    for (const field of FIELDS) {
      const value = String(form.get(field) ?? '').trim()
      if (value) next.set(field, value)
    }
    navigate(`/why${tidy(next)}`)
  }
  const cli = `weft why ${nameOf(query['source'] ?? '')} ${nameOf(query['destination'] ?? '')}${query['method'] ? ` ${query['method']} ${query['path']}` : ''}`
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.why.title}</h1>
        <span className="dim">{t.why.intro}</span>
      </div>
      <div className="stack">
        <Panel title={t.why.title} cli={asked ? cli.trim() : 'weft why SRC DST'} flush>
          <form className="form-row" onSubmit={ask} key={search.toString()}>
            {FIELDS.map((field) => (
              <label key={field} className={`field ${field === 'path' || field === 'source' || field === 'destination' ? 'grow' : ''}`}>
                {t.why[field]}
                <input className="input" name={field} defaultValue={query[field]} list={field === 'source' || field === 'destination' ? 'why-services' : undefined} required={field === 'source' || field === 'destination'} size={field === 'port' || field === 'method' ? 6 : undefined} />
              </label>
            ))}
            <datalist id="why-services">{(services.data ?? []).map((s) => <option key={s.namespace + s.name} value={`${s.namespace}/${s.name}`} />)}</datalist>
            <button type="submit" className="button primary">
              {t.why.ask}
            </button>
          </form>
          <form
            className="form-row"
            onSubmit={(e) => {
              e.preventDefault()
              if (request.trim()) navigate(`/requests/${encodeURIComponent(request.trim())}`)
            }}
          >
            <label className="field grow">
              {t.why.or}
              <input className="input mono" value={request} placeholder={t.why.request} onChange={(e) => setRequest(e.target.value)} />
            </label>
            <button type="submit" className="button">
              {t.why.askRequest}
            </button>
          </form>
        </Panel>
        {asked && (
          <Answer of={answer}>
            {(a) => (
              <WhySteps answer={a} />
            )}
          </Answer>
        )}
        {asked && answer.data && <WhatIf key={search.toString()} query={query} answer={answer.data} cli={cli.trim()} />}
      </div>
    </div>
  )
}
