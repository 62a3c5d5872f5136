import { useEffect, useRef, useState } from 'react'
import { AGGREGATE_FIELDS, type QueryError } from '../model/query'
import { t } from '../text'

const CHIPS: [string, string][] = [
  [t.map.chips.failing, 'error>1%'],
  [t.map.chips.slow, 'p99>250ms'],
  [t.map.chips.plain, '!mtls'],
  [t.map.chips.fresh, 'new'],
  [t.map.chips.unused, 'rps==0'],
]

/** The filter of the map, in the grammar of tables and taps; a mistake is shown at its column. */
export function QueryBar({ text, error, onChange }: { text: string; error: QueryError | null; onChange: (text: string) => void }) {
  const [draft, setDraft] = useState(text)
  const sent = useRef(text)
  useEffect(() => {
    if (text !== sent.current) {
      sent.current = text
      setDraft(text)
    }
  }, [text])
  const set = (next: string) => {
    setDraft(next)
    sent.current = next
    onChange(next)
  }
  return (
    <div className="query">
      <input
        id="map-query"
        className="input mono"
        type="search"
        spellCheck={false}
        autoComplete="off"
        value={draft}
        placeholder={t.map.query}
        aria-label={t.map.queryLabel}
        aria-invalid={error !== null}
        aria-describedby={error ? 'map-query-error' : undefined}
        list="map-query-fields"
        onChange={(e) => set(e.target.value)}
      />
      <datalist id="map-query-fields">
        {AGGREGATE_FIELDS.map((field) => (
          <option key={field.name} value={field.name} />
        ))}
      </datalist>
      {error && (
        <div className="query-error" id="map-query-error" role="alert">
          <pre aria-hidden="true">{`${' '.repeat(Math.max(0, error.column - 1))}^`}</pre>
          {error.message}
        </div>
      )}
    </div>
  )
}

/** Ready filters. */
export function Chips({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  return (
    <div className="chips" role="group" aria-label={t.map.queryLabel}>
      {CHIPS.map(([name, query]) => (
        <button key={query} type="button" className="chip" aria-pressed={text.includes(query)} onClick={() => onChange(toggle(text, query))}>
          {name}
        </button>
      ))}
    </div>
  )
}

function toggle(text: string, part: string): string {
  if (text === part) return ''
  if (text.endsWith(` and ${part}`)) return text.slice(0, -` and ${part}`.length)
  if (text.startsWith(`${part} and `)) return text.slice(`${part} and `.length)
  if (text.includes(` and ${part} and `)) return text.replace(` and ${part} and `, ' and ')
  return text.trim() === '' ? part : `${text} and ${part}`
}
