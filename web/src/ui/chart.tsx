import { useEffect, useRef, useState } from 'react'
import { clock } from '../model/format'

export interface ChartLine {
  name: string
  values: readonly (number | null)[]
  colour: string
  /** Filled down to the axis. */
  area?: boolean
}

interface Props {
  label: string
  /** ms since 1970 of the first value. */
  start: number
  stepSeconds: number
  lines: ChartLine[]
  height?: number
  format: (value: number) => string
  /** Draws values on top of each other. */
  stacked?: boolean
  marks?: { at: number; title: string }[]
  /** The axis reaches at least so far: a tiny error rate must not fill the picture. */
  atLeast?: number
}

const LEFT = 46
const BOTTOM = 16
const TOP = 6

/** Lines over time with a crosshair. Gaps in the data are gaps in the line. */
export function Chart({ label, start: begin, stepSeconds, lines: given, height = 140, format, stacked, marks = [], atLeast = 0 }: Props) {
  const skipped = emptySteps(given)
  const lines = skipped > 0 ? given.map((l) => ({ ...l, values: l.values.slice(skipped) })) : given
  const start = begin + skipped * stepSeconds * 1000
  const [ref, width] = useWidth()
  const [hover, setHover] = useState<number | null>(null)
  const n = Math.max(...lines.map((l) => l.values.length), 2)
  const shown = stacked ? stack(lines) : lines.map((l) => ({ ...l, base: null as (number | null)[] | null }))
  const top = niceMax(Math.max(atLeast, ...shown.flatMap((l) => l.values.filter((v): v is number => v != null))))
  const x = (i: number) => LEFT + (i / (n - 1)) * (width - LEFT - 4)
  const y = (v: number) => TOP + (1 - v / top) * (height - TOP - BOTTOM)
  const at = (i: number) => start + i * stepSeconds * 1000
  return (
    <figure ref={ref}>
      <svg
        className="chart"
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${label}: ${lines.map((l) => `${l.name} ${last(l.values, format)}`).join(', ')}`}
        onMouseMove={(e) => {
          const box = e.currentTarget.getBoundingClientRect()
          const i = Math.round(((e.clientX - box.left - LEFT) / (width - LEFT - 4)) * (n - 1))
          setHover(i >= 0 && i < n ? i : null)
        }}
        onMouseLeave={() => setHover(null)}
      >
        {[0, 0.5, 1].map((f) => (
          <g key={f}>
            <line className="grid-line" x1={LEFT} x2={width} y1={y(top * f)} y2={y(top * f)} />
            <text x={LEFT - 6} y={y(top * f) + 3.5} textAnchor="end">
              {format(top * f)}
            </text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((f) => (
          <text key={f} x={x((n - 1) * f)} y={height - 3} textAnchor={f === 0 ? 'start' : f === 1 ? 'end' : 'middle'}>
            {clock(at((n - 1) * f)).slice(0, (n * stepSeconds) > 600 ? 5 : 8)}
          </text>
        ))}
        {marks
          .filter((m) => m.at >= start && m.at <= at(n - 1))
          .map((m) => {
            const mx = x((m.at - start) / 1000 / stepSeconds)
            return (
              <g key={m.at + m.title}>
                <title>{m.title}</title>
                <line x1={mx} x2={mx} y1={TOP} y2={height - BOTTOM} stroke="var(--text-3)" strokeDasharray="2 3" />
                <path d={`M${mx - 4} ${TOP}h8l-4 6z`} fill="var(--text-3)" />
              </g>
            )
          })}
        {[...shown].reverse().map((line) => (
          <g key={line.name}>
            {(line.area || stacked) && <path d={area(line.values, line.base, x, y)} fill={line.colour} opacity={stacked ? 0.55 : 0.14} />}
            {!stacked && <path d={path(line.values, x, y)} fill="none" stroke={line.colour} strokeWidth="1.6" strokeLinejoin="round" />}
          </g>
        ))}
        {hover !== null && <line x1={x(hover)} x2={x(hover)} y1={TOP} y2={height - BOTTOM} stroke="var(--text-3)" />}
      </svg>
      <figcaption className="chart-legend num">
        {lines.map((line) => (
          <span key={line.name}>
            <span className="swatch" style={{ background: line.colour }} />
            {line.name} <span className="dim">{hover === null ? last(line.values, format) : show(line.values[hover], format)}</span>
          </span>
        ))}
        {hover !== null && <span className="faint">{clock(at(hover))}</span>}
      </figcaption>
    </figure>
  )
}

const STEPS_MIN = 40

/** Steps at the beginning from before there was a mesh: left out, so that its first minutes can be read. */
function emptySteps(lines: readonly ChartLine[]): number {
  const n = Math.max(...lines.map((l) => l.values.length))
  let first = 0
  while (first < n && lines.every((l) => !l.values[first])) first++
  return first === n ? 0 : Math.max(0, Math.min(first - 2, n - STEPS_MIN))
}

export function Sparkline({ values, width = 96, height = 20, colour = 'var(--series-1)', label }: { values: readonly (number | null)[]; width?: number; height?: number; colour?: string; label: string }) {
  const top = Math.max(1e-9, ...values.map((v) => v ?? 0))
  const x = (i: number) => 1 + (i / Math.max(1, values.length - 1)) * (width - 2)
  const y = (v: number) => 2 + (1 - v / top) * (height - 4)
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <path d={area(values, null, x, y)} fill={colour} opacity="0.13" />
      <path d={path(values, x, y)} fill="none" stroke={colour} strokeWidth="1.3" strokeLinejoin="round" />
    </svg>
  )
}

function path(values: readonly (number | null)[], x: (i: number) => number, y: (v: number) => number): string {
  let d = ''
  let open = false
  values.forEach((v, i) => {
    if (v == null) {
      open = false
      return
    }
    d += `${open ? 'L' : 'M'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`
    open = true
  })
  return d
}

function area(values: readonly (number | null)[], base: readonly (number | null)[] | null, x: (i: number) => number, y: (v: number) => number): string {
  let d = ''
  let from = -1
  const close = (to: number) => {
    if (from < 0) return
    let line = ''
    for (let i = from; i <= to; i++) line += `${i === from ? 'M' : 'L'}${x(i).toFixed(1)} ${y(values[i]!).toFixed(1)}`
    for (let i = to; i >= from; i--) line += `L${x(i).toFixed(1)} ${y(base?.[i] ?? 0).toFixed(1)}`
    d += `${line}Z`
    from = -1
  }
  values.forEach((v, i) => {
    if (v == null) close(i - 1)
    else if (from < 0) from = i
  })
  close(values.length - 1)
  return d
}

function stack(lines: ChartLine[]): (ChartLine & { base: (number | null)[] | null })[] {
  let base: (number | null)[] | null = null
  return lines.map((line) => {
    const below: (number | null)[] | null = base
    const values = line.values.map((v, i) => (v == null && (below?.[i] ?? null) == null ? null : (v ?? 0) + (below?.[i] ?? 0)))
    base = values
    return { ...line, values, base: below }
  })
}

function niceMax(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  for (const step of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) if (step * power >= value * 1.04) return step * power
  return 10 * power
}

function last(values: readonly (number | null)[], format: (value: number) => string): string {
  for (let i = values.length - 1; i >= 0; i--) if (values[i] != null) return format(values[i]!)
  return '–'
}

function show(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? '–' : format(value)
}

export function useWidth(): [React.RefObject<HTMLElement | null>, number] {
  const ref = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(600)
  useEffect(() => {
    if (!ref.current) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(160, entry.contentRect.width)))
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
