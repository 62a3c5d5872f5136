import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { t } from '../text'
import { navigate } from '../state/router'

export interface Column<T> {
  id: string
  title: string
  /** Sorts by this; what is missing comes last either way. Also what the CSV holds. */
  value: (row: T) => string | number | null | undefined
  cell?: (row: T) => ReactNode
  right?: boolean
}

interface Props<T> {
  label: string
  columns: Column<T>[]
  rows: readonly T[]
  rowKey: (row: T) => string
  sort?: string
  descending?: boolean
  href?: (row: T) => string | null
  onRow?: (row: T) => void
  selected?: (row: T) => boolean
  empty?: ReactNode
  /** Height of the scrolling part in px; whole rows beyond it are not in the document. */
  height?: number
  filter?: boolean
  filterText?: string
  onFilterText?: (text: string) => void
}

const ROW = 33
const OVERSCAN = 8
const VIRTUAL_FROM = 120

/** A table that sorts, filters and stays quick with thousands of rows. */
export function Table<T>(props: Props<T>) {
  const { columns, rows, rowKey, label } = props
  const [sort, setSort] = useState<{ id: string; down: boolean }>({ id: props.sort ?? '', down: props.descending ?? false })
  const [own, setOwn] = useState('')
  const text = props.filterText ?? own
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    const kept = words.length === 0 || !props.filter ? [...rows] : rows.filter((row) => words.every((w) => columns.some((c) => String(c.value(row) ?? '').toLowerCase().includes(w))))
    const column = columns.find((c) => c.id === sort.id)
    return column ? kept.sort((a, b) => compare(column.value(a), column.value(b), sort.down)) : kept
  }, [rows, columns, sort, text, props.filter])
  return (
    <>
      {props.filter && (
        <div className="table-bar">
          <input className="input" type="search" value={text} placeholder={t.common.filter} aria-label={`${t.common.filter}: ${label}`} onChange={(e) => (props.onFilterText ?? setOwn)(e.target.value)} />
          <span className="count num">{t.common.rows(shown.length, rows.length)}</span>
          <button type="button" className="button quiet small" onClick={() => save(label, columns, shown)}>
            {t.common.export}
          </button>
        </div>
      )}
      {shown.length === 0 ? <div className="empty">{props.empty ?? t.common.none}</div> : <Body {...props} rows={shown} sort={sort} onSort={setSort} rowKey={rowKey} />}
    </>
  )
}

function Body<T>({ label, columns, rows, rowKey, sort, onSort, href, onRow, selected, height }: Omit<Props<T>, 'sort'> & { sort: { id: string; down: boolean }; onSort: (sort: { id: string; down: boolean }) => void }) {
  const wrap = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [seen, setSeen] = useState(600)
  const virtual = rows.length > VIRTUAL_FROM
  const limit = height ?? (virtual ? 640 : undefined)
  useEffect(() => {
    if (wrap.current) setSeen(wrap.current.clientHeight || 600)
  }, [limit])
  const from = virtual ? Math.max(0, Math.floor(top / ROW) - OVERSCAN) : 0
  const to = virtual ? Math.min(rows.length, Math.ceil((top + seen) / ROW) + OVERSCAN) : rows.length
  return (
    <div className="table-wrap" ref={wrap} tabIndex={0} role="region" aria-label={label} style={limit ? { maxHeight: limit } : undefined} onScroll={virtual ? (e) => setTop(e.currentTarget.scrollTop) : undefined}>
      <table className="data" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => column.title === '' ? <td key={column.id} /> : (
              <th key={column.id} scope="col" className={column.right ? 'right' : undefined} aria-sort={sort.id === column.id ? (sort.down ? 'descending' : 'ascending') : undefined}>
                <button type="button" onClick={() => onSort({ id: column.id, down: sort.id === column.id ? !sort.down : !!column.right })}>
                  {column.title}
                  {sort.id === column.id ? (sort.down ? ' ↓' : ' ↑') : ''}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <tr aria-hidden="true" style={{ height: from * ROW }} />}
          {rows.slice(from, to).map((row) => {
            const to = href?.(row)
            return (
              <tr
                key={rowKey(row)}
                className={to || onRow ? 'clickable' : undefined}
                aria-selected={selected?.(row) || undefined}
                onClick={(e) => {
                  if ((e.target as HTMLElement).closest('a,button') || window.getSelection()?.toString()) return
                  if (to) navigate(to)
                  onRow?.(row)
                }}
              >
                {columns.map((column) => (
                  <td key={column.id} className={column.right ? 'right' : undefined}>
                    {column.cell ? column.cell(row) : (column.value(row) ?? '–')}
                  </td>
                ))}
              </tr>
            )
          })}
          {to < rows.length && <tr aria-hidden="true" style={{ height: (rows.length - to) * ROW }} />}
        </tbody>
      </table>
    </div>
  )
}

function compare(a: string | number | null | undefined, b: string | number | null | undefined, down: boolean): number {
  if (a == null || b == null) return Number(a == null) - Number(b == null)
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
  return down ? -order : order
}

function save<T>(label: string, columns: Column<T>[], rows: readonly T[]): void {
  const quote = (value: unknown) => {
    const text = String(value ?? '')
    // A cell that begins like a formula must not become one in somebody's spreadsheet.
    const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const lines = [columns.map((c) => quote(c.title)), ...rows.map((row) => columns.map((c) => quote(c.value(row))))]
  download(`${label.toLowerCase().replace(/\W+/g, '-')}.csv`, lines.map((line) => line.join(',')).join('\n') + '\n')
}

export function download(name: string, text: string): void {
  const link = document.createElement('a')
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
