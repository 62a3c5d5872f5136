import { useMemo, useRef, useState } from 'react'
import { useApi } from '../api/hooks'
import type { ServiceItem } from '../api/types'
import { navigate, serviceHref } from '../state/router'
import { t } from '../text'
import { Dialog } from './kit'
import { pages } from './pages'

interface Entry {
  text: string
  kind: string
  href: string
}

const SHOWN_MAX = 12

/** `/`: everything that has a name, by a few letters of it. */
export function Palette({ onClose }: { onClose: () => void }) {
  const services = useApi<ServiceItem[]>('/v1/services', {}, { every: false })
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const entries = useMemo(() => {
    const all: Entry[] = pages.map((page) => ({ text: page.title, kind: `g ${page.key}`, href: page.href }))
    for (const s of services.data ?? []) {
      const id = `${s.namespace}/${s.name}`
      all.push({ text: id, kind: t.column.service, href: serviceHref(id) })
    }
    if (/^[0-9a-f-]{16,}$/i.test(text.trim())) all.unshift({ text: text.trim(), kind: t.request.title, href: `/requests/${text.trim()}` })
    return find(all, text)
  }, [services.data, text])
  const go = (entry: Entry | undefined) => {
    if (!entry) return
    onClose()
    navigate(entry.href)
  }
  return (
    <Dialog label={t.top.search} onClose={onClose} className="palette">
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
        aria-label={t.top.search}
        placeholder={t.top.search}
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          setAt(0)
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
            e.preventDefault()
            const next = (at + (e.key === 'ArrowDown' ? 1 : entries.length - 1)) % Math.max(1, entries.length)
            setAt(next)
            list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
          } else if (e.key === 'Enter') {
            go(entries[at])
          }
        }}
      />
      <ul id="palette-list" role="listbox" aria-label={t.top.search} ref={list}>
        {entries.map((entry, i) => (
          <li key={entry.href} id={`palette-${i}`} role="option" aria-selected={i === at} onMouseMove={() => setAt(i)} onClick={() => go(entry)}>
            {entry.text}
            <span className="kind">{entry.kind}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

/** The letters in order, the closer together and the nearer to the beginning the better. */
function find(entries: Entry[], text: string): Entry[] {
  const letters = text.trim().toLowerCase()
  if (letters === '') return entries.slice(0, SHOWN_MAX)
  const rated: { entry: Entry; cost: number }[] = []
  for (const entry of entries) {
    const name = entry.text.toLowerCase()
    const whole = name.indexOf(letters)
    if (whole >= 0) {
      rated.push({ entry, cost: (name[whole - 1] === '/' ? 0 : whole) + name.length / 100 })
      continue
    }
    let [at, cost] = [-1, 10]
    for (const letter of letters) {
      const next = name.indexOf(letter, at + 1)
      if (next < 0) {
        cost = Infinity
        break
      }
      cost += next - at
      at = next
    }
    if (cost < Infinity) rated.push({ entry, cost: cost + 20 })
  }
  return rated.sort((a, b) => a.cost - b.cost).slice(0, SHOWN_MAX).map((r) => r.entry)
}
