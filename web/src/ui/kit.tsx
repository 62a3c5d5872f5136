import { useEffect, useState, type ReactNode } from 'react'
import { ApiError } from '../api/client'
import type { Parts } from '../api/types'
import { ms } from '../model/format'
import { healthOf, type Health } from '../model/graph'
import { Link } from '../state/router'
import { t } from '../text'
import { Icon } from './icons'

export function Panel({ title, cli, aside, flush, children, className }: { title: ReactNode; cli?: string; aside?: ReactNode; flush?: boolean; children: ReactNode; className?: string }) {
  return (
    <section className={`panel ${className ?? ''}`}>
      <div className="panel-head">
        <h2>{title}</h2>
        {aside}
        {cli && <Cli line={cli} />}
      </div>
      <div className={flush ? 'panel-body flush' : 'panel-body'}>{children}</div>
    </section>
  )
}

/** Verbs of the command line. What has no verb yet shows no command. */
const VERBS = new Set(['apply', 'certs', 'dashboard', 'describe', 'diff', 'edges', 'explain', 'get', 'graph', 'health', 'help', 'proxy', 'stat', 'status', 'undo'])

/** The command that prints what the panel shows; a click copies it. */
export function Cli({ line }: { line: string }) {
  if (!VERBS.has(line.split(' ')[1] ?? '')) {
    return null
  }
  return (
    <button type="button" className="cli" title={t.common.copy} aria-label={`${t.common.copy}: ${line}`} onClick={() => void copy(line)}>
      <span>{line}</span>
    </button>
  )
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(t.common.copied)
  } catch {
    toast(text)
  }
}

let show: ((text: string) => void) | null = null

export function toast(text: string): void {
  show?.(text)
}

export function Toasts() {
  const [text, setText] = useState('')
  useEffect(() => {
    show = setText
    return () => {
      show = null
    }
  }, [])
  useEffect(() => {
    if (text === '') return
    const timer = setTimeout(() => setText(''), 3500)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div role="status" aria-live="polite">
      {text !== '' && <div className="toast">{text}</div>}
    </div>
  )
}

export function HealthMark({ health, text }: { health: Health; text?: ReactNode }) {
  return (
    <span className={`mark ${health === 'none' ? 'faint' : health}`}>
      <Icon name={health} size={14} />
      {text === undefined ? <span className="sr">{t.health[health]}</span> : text}
    </span>
  )
}

export function Score({ score, error }: { score: number | null | undefined; error?: number | null }) {
  const health = healthOf(score, error)
  return <HealthMark health={health} text={<span className="num">{score ?? t.health[health]}</span>} />
}

export function Tile({ label, value, note, href, tone }: { label: string; value: ReactNode; note?: ReactNode; href?: string; tone?: Health }) {
  const inner = (
    <>
      <span className="tile-label">{label}</span>
      <span className={`tile-value ${tone && tone !== 'none' && tone !== 'good' ? tone : ''}`}>{value}</span>
      {note !== undefined && <span className="tile-note">{note}</span>}
    </>
  )
  return href ? (
    <Link className="tile" href={href}>
      {inner}
    </Link>
  ) : (
    <div className="tile">{inner}</div>
  )
}

export function Segments<T extends string | number>({ label, value, options, onChange }: { label: string; value: T; options: readonly (readonly [T, string])[]; onChange: (value: T) => void }) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {options.map(([id, text]) => (
        <button key={id} type="button" aria-pressed={id === value} onClick={() => onChange(id)}>
          {text}
        </button>
      ))}
    </div>
  )
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>
}

/** What went wrong, with its code, and each finding with its place and fix. */
export function Problem({ error }: { error: unknown }) {
  if (error instanceof ApiError) {
    return (
      <div className="problem" role="alert">
        {error.code && <span className="code">{error.code} </span>}
        {error.message}
        {error.findings.map((finding, i) => (
          <p key={i}>
            <span className="code">{finding.code}</span> {finding.message}
            {finding.location ? ` (${finding.location.line}:${finding.location.column})` : ''}
            {finding.cause ? ` – ${finding.cause}` : ''}
            {finding.fixes.length > 0 ? `. ${finding.fixes[0]}` : ''}
          </p>
        ))}
      </div>
    )
  }
  return (
    <div className="problem" role="alert">
      {t.error.unreachable}
    </div>
  )
}

/** Shows an answer, or that it is on its way, or why it cannot be had. */
export function Answer<T>({ of, children }: { of: { data: T | undefined; error: unknown; isPending: boolean }; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error) return <Problem error={of.error} />
  return <Empty>{t.common.loading}</Empty>
}

const PART_NAMES = ['clientRttMs', 'queueMs', 'connectMs', 'serverRttMs', 'applicationMs', 'transferMs'] as const
const PART_COLOURS: Record<(typeof PART_NAMES)[number], string> = {
  clientRttMs: 'var(--series-2)',
  queueMs: 'var(--series-3)',
  connectMs: 'var(--series-6)',
  serverRttMs: 'var(--series-5)',
  applicationMs: 'var(--series-1)',
  transferMs: 'var(--series-4)',
}

/** Where the time of a mean exchange goes, as one bar. */
export function PartsBar({ parts }: { parts: Parts }) {
  const known = PART_NAMES.map((name) => ({ name, value: parts[name] ?? 0 })).filter((p) => p.value > 0)
  const sum = known.reduce((s, p) => s + p.value, 0)
  if (sum === 0) return <Empty>{t.common.noTraffic}</Empty>
  return (
    <div>
      <div className="stacked" role="img" aria-label={known.map((p) => `${t.parts[p.name]} ${ms(p.value)}`).join(', ')}>
        {known.map((p) => (
          <div key={p.name} style={{ width: `${(p.value / sum) * 100}%`, background: PART_COLOURS[p.name] }} />
        ))}
      </div>
      <div className="chart-legend">
        {known.map((p) => (
          <span key={p.name}>
            <span className="swatch" style={{ background: PART_COLOURS[p.name] }} />
            {t.parts[p.name]} <span className="num dim">{ms(p.value)}</span>
          </span>
        ))}
      </div>
    </div>
  )
}

export function Dialog({ label, onClose, children, className }: { label: string; onClose: () => void; children: ReactNode; className?: string }) {
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    return () => before?.focus()
  }, [])
  return (
    <div
      className="veil"
      onMouseDown={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation()
          onClose()
        }
      }}
    >
      <div className={`dialog ${className ?? ''}`} role="dialog" aria-modal="true" aria-label={label}>
        {children}
      </div>
    </div>
  )
}
