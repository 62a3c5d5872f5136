import { useRef, type ReactNode } from 'react'
import type { Finding } from '../api/types'
import { diffLines, hunks } from '../model/textdiff'

/** Colours one line of YAML: key, string, number, comment. */
function paint(line: string): ReactNode {
  const comment = /(^|\s)#.*$/.exec(line)
  const code = comment ? line.slice(0, comment.index) : line
  const rest = comment ? line.slice(comment.index) : ''
  const pair = /^(\s*(?:- )*\s*)([\w./"-]+)(:)(\s.*)?$/.exec(code)
  return (
    <>
      {pair ? (
        <>
          {pair[1]}
          <span className="y-key">{pair[2]}</span>
          {pair[3]}
          {scalar(pair[4] ?? '')}
        </>
      ) : (
        scalar(code)
      )}
      {rest && <span className="y-comment">{rest}</span>}
    </>
  )
}

function scalar(text: string): ReactNode {
  const value = text.trim().replace(/^- /, '')
  if (value === '') return text
  if (/^-?[0-9][0-9.]*(ms|s|m|h|%|[KMG]i?B?)?$/.test(value) || /^(true|false|null)$/.test(value)) return <span className="y-number">{text}</span>
  return <span className="y-string">{text}</span>
}

export function YamlView({ text, markLine }: { text: string; markLine?: number | null }) {
  return (
    <div className="code code-view" tabIndex={0}>
      {text.replace(/\n$/, '').split('\n').map((line, i) => (
        <div key={i} className={`code-line ${markLine === i + 1 ? 'mark-line' : ''}`}>
          <span className="no">{i + 1}</span>
          <span>{paint(line)}</span>
        </div>
      ))}
    </div>
  )
}

export function DiffView({ before, after }: { before: string; after: string }) {
  const lines = hunks(diffLines(before, after))
  return (
    <div className="code code-view" tabIndex={0}>
      {lines.map((line, i) =>
        line === null ? (
          <div key={i} className="code-gap">
            ⋯
          </div>
        ) : (
          <div key={i} className={`code-line ${line.kind}`}>
            <span className="no">{line.after || line.before}</span>
            <span>
              {line.kind === 'added' ? '+ ' : line.kind === 'removed' ? '− ' : '  '}
              {paint(line.text)}
            </span>
          </div>
        ),
      )}
    </div>
  )
}

/** A text area over its own coloured copy, with the findings' lines marked. */
export function YamlEditor({ text, onChange, findings, label, onKey }: { text: string; onChange: (text: string) => void; findings: readonly Finding[]; label: string; onKey?: (event: React.KeyboardEvent) => void }) {
  const area = useRef<HTMLTextAreaElement>(null)
  const lines = text.split('\n')
  const hit = new Set(findings.map((f) => f.location?.line ?? 0))
  return (
    <div className="editor code">
      <div className="editor-gutter" aria-hidden="true">
        {lines.map((_, i) => (
          <div key={i} className={hit.has(i + 1) ? 'hit' : undefined}>
            {i + 1}
          </div>
        ))}
      </div>
      <div className="editor-area">
        <pre aria-hidden="true" className="code">
          {lines.map((line, i) => (
            <div key={i}>{line === '' ? ' ' : paint(line)}</div>
          ))}
        </pre>
        <textarea
          ref={area}
          className="code"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-label={label}
          value={text}
          onChange={(e) => onChange(e.target.value)}
          onKeyDown={(e) => {
            onKey?.(e)
            if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) {
              // The next line begins where this one does.
              const at = e.currentTarget.selectionStart
              const indent = /^\s*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))![0]
              if (indent === '') return
              e.preventDefault()
              e.currentTarget.setRangeText(`\n${indent}`, at, e.currentTarget.selectionEnd, 'end')
              onChange(e.currentTarget.value)
            }
          }}
        />
      </div>
    </div>
  )
}
