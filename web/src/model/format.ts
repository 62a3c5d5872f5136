// Numbers as the command line writes them: short, with their unit, "–" where there is no data.

export const NONE = '–'

export function rate(value: number | null | undefined): string {
  if (value == null) return NONE
  if (value === 0) return '0/s'
  if (value < 0.1) return '<0.1/s'
  return `${short(value)}/s`
}

/** Three significant digits at most, with k and M. */
export function short(value: number): string {
  const a = Math.abs(value)
  if (a >= 999_500) return `${trim(value / 1e6)}M`
  if (a >= 999.5) return `${trim(value / 1e3)}k`
  return trim(value)
}

function trim(value: number): string {
  const a = Math.abs(value)
  const text = a >= 100 ? value.toFixed(0) : a >= 10 ? value.toFixed(1) : value.toFixed(a >= 1 ? 1 : 2)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

export function count(value: number | null | undefined): string {
  return value == null ? NONE : value.toLocaleString('en-US')
}

export function ms(value: number | null | undefined): string {
  if (value == null) return NONE
  if (value >= 10_000) return `${trim(value / 1000)} s`
  if (value >= 100) return `${value.toFixed(0)} ms`
  if (value >= 10) return `${value.toFixed(1)} ms`
  if (value >= 1) return `${value.toFixed(2)} ms`
  return `${(value * 1000).toFixed(0)} µs`
}

export function us(value: number | null | undefined): string {
  return value == null ? NONE : ms(value / 1000)
}

/** A share as percent; close to but not all of it is never rounded up to 100 %. */
export function percent(value: number | null | undefined): string {
  if (value == null) return NONE
  const p = value * 100
  if (p === 0 || p === 100) return `${p} %`
  if (p > 99.99) return '99.99 %'
  if (p >= 99) return `${(Math.floor(p * 100) / 100).toFixed(2)} %`
  if (p < 0.1) return '<0.1 %'
  return p >= 10 ? `${p.toFixed(1)} %` : `${p.toFixed(2)} %`
}

export function bytes(value: number | null | undefined): string {
  if (value == null) return NONE
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let i = 0
  let v = value
  while (v >= 1024 && i < units.length - 1) {
    v /= 1024
    i++
  }
  return `${i === 0 ? v.toFixed(0) : trim(v)} ${units[i]}`
}

export function ago(at: string | number | null | undefined, now: number): string {
  if (at == null) return NONE
  const s = (now - (typeof at === 'number' ? at : Date.parse(at))) / 1000
  if (s < 0) return 'now'
  return s < 2 ? 'now' : `${span(s)} ago`
}

/** Seconds as the two largest units would be too long for a cell: the largest one. */
export function span(seconds: number): string {
  const s = Math.abs(seconds)
  if (s < 90) return `${Math.round(s)} s`
  if (s < 5400) return `${Math.round(s / 60)} min`
  if (s < 172_800) return `${Math.round(s / 3600)} h`
  return `${Math.round(s / 86_400)} days`
}

export function clock(at: number): string {
  const d = new Date(at)
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}

export function clockMs(at: number): string {
  return `${clock(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`
}

export function dateTime(at: number | string): string {
  const d = new Date(at)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(d.getTime())}`
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** "cart" of "shop/cart"; what has no namespace stays. */
export function nameOf(id: string): string {
  const slash = id.indexOf('/')
  return slash < 0 ? id : id.slice(slash + 1)
}

export function namespaceOf(id: string): string {
  const slash = id.indexOf('/')
  return slash < 0 ? '' : id.slice(0, slash)
}
