// The filter language over aggregates, as the server and the command line have it: `rps>10 and error>1% and !mtls`.
// The page compiles it too, so that the map answers to every key stroke and a mistake shows where it is.

export type FieldKind = 'number' | 'share' | 'duration' | 'service' | 'text' | 'flag'

export interface Field {
  name: string
  kind: FieldKind
}

export const AGGREGATE_FIELDS: readonly Field[] = [
  { name: 'rps', kind: 'number' },
  { name: 'error', kind: 'share' },
  { name: 'success', kind: 'share' },
  { name: 'p50', kind: 'duration' },
  { name: 'p95', kind: 'duration' },
  { name: 'p99', kind: 'duration' },
  { name: 'mtls', kind: 'share' },
  { name: 'source', kind: 'service' },
  { name: 'destination', kind: 'service' },
  { name: 'namespace', kind: 'text' },
  { name: 'protocol', kind: 'text' },
  { name: 'new', kind: 'flag' },
]

export interface Subject {
  rps: number
  error: number | null
  success: number | null
  p50: number | null
  p95: number | null
  p99: number | null
  mtls: number | null
  source: string
  destination: string
  namespace: readonly string[]
  protocol: string
  new: boolean
}

export interface QueryError {
  /** From 1. */
  column: number
  message: string
}

export type Predicate = (subject: Subject) => boolean
export type Compiled = { ok: true; test: Predicate } | { ok: false; error: QueryError }

type Token = { kind: 'word' | 'text' | 'number' | 'sign' | 'end'; text: string; value: number; at: number }

class Mistake extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message)
  }
}

const NEST_MAX = 32
const LENGTH_MAX = 2048

/** Compiles a query; an empty one takes everything. */
export function compile(text: string): Compiled {
  if (text.trim() === '') return { ok: true, test: () => true }
  try {
    if (text.length > LENGTH_MAX) throw new Mistake(LENGTH_MAX, `a query has at most ${LENGTH_MAX} characters`)
    const parser = new Parser(tokens(text))
    return { ok: true, test: parser.whole() }
  } catch (fault) {
    if (fault instanceof Mistake) return { ok: false, error: { column: fault.at + 1, message: fault.message } }
    throw fault
  }
}

function tokens(text: string): Token[] {
  const list: Token[] = []
  let i = 0
  while (i < text.length) {
    const c = text[i]!
    if (/\s/.test(c)) {
      i++
      continue
    }
    const rest = text.slice(i)
    const sign = /^(==|!=|<=|>=|=~|&&|\|\||[<>!(),=])/.exec(rest)
    if (sign) {
      list.push({ kind: 'sign', text: sign[0] === '=' ? '==' : sign[0], value: 0, at: i })
      i += sign[0].length
      continue
    }
    if (c === '"' || c === "'") {
      const end = text.indexOf(c, i + 1)
      if (end < 0) throw new Mistake(i, `the text that begins here has no closing ${c}`)
      list.push({ kind: 'text', text: text.slice(i + 1, end), value: 0, at: i })
      i = end + 1
      continue
    }
    const number = /^[0-9]+(\.[0-9]+)?/.exec(rest)
    if (number) {
      const unit = /^(us|µs|ms|s|m|%|k|M|KB|MB|GB)?/.exec(rest.slice(number[0].length))![0]
      list.push({ kind: 'number', text: number[0] + unit, value: Number(number[0]), at: i })
      i += number[0].length + unit.length
      if (/^[A-Za-z0-9]/.test(text[i] ?? '')) throw new Mistake(i, 'a number ends in a unit such as ms, s, % or k')
      continue
    }
    const word = /^[A-Za-z_][A-Za-z0-9_./*-]*/.exec(rest)
    if (!word) throw new Mistake(i, `"${c}" has no meaning here`)
    list.push({ kind: 'word', text: word[0], value: 0, at: i })
    i += word[0].length
  }
  list.push({ kind: 'end', text: '', value: 0, at: text.length })
  return list
}

class Parser {
  private at = 0
  private depth = 0

  constructor(private readonly list: Token[]) {}

  whole(): Predicate {
    const test = this.either()
    if (this.peek.kind !== 'end') throw new Mistake(this.peek.at, `expected "and", "or" or the end, not "${this.peek.text}"`)
    return test
  }

  private get peek(): Token {
    return this.list[this.at]!
  }

  private next(): Token {
    return this.list[this.at++]!
  }

  private take(...words: string[]): boolean {
    if ((this.peek.kind === 'sign' || this.peek.kind === 'word') && words.includes(this.peek.text)) {
      this.at++
      return true
    }
    return false
  }

  private either(): Predicate {
    let left = this.both()
    while (this.take('||', 'or')) {
      const [a, b] = [left, this.both()]
      left = (s) => a(s) || b(s)
    }
    return left
  }

  private both(): Predicate {
    let left = this.one()
    while (this.take('&&', 'and')) {
      const [a, b] = [left, this.one()]
      left = (s) => a(s) && b(s)
    }
    return left
  }

  private one(): Predicate {
    if (++this.depth > NEST_MAX) throw new Mistake(this.peek.at, `at most ${NEST_MAX} levels of "!" and "("`)
    try {
      if (this.take('!', 'not')) {
        const inner = this.one()
        return (s) => !inner(s)
      }
      if (this.take('(')) {
        const inner = this.either()
        if (!this.take(')')) throw new Mistake(this.peek.at, 'expected ")"')
        return inner
      }
      return this.comparison()
    } finally {
      this.depth--
    }
  }

  private comparison(): Predicate {
    const token = this.next()
    if (token.kind !== 'word') throw new Mistake(token.at, token.kind === 'end' ? 'expected a field such as rps or error' : `expected a field, not "${token.text}"`)
    const field = fieldOf(token)
    const operator = this.peek
    if (operator.kind === 'word' && operator.text === 'in') {
      this.at++
      return this.oneOf(field)
    }
    if (operator.kind !== 'sign' || !['==', '!=', '<', '<=', '>', '>=', '=~'].includes(operator.text)) {
      // A share or a flag by itself: all of it.
      if (field.kind === 'flag') return (s) => s.new
      if (field.kind === 'share') return (s) => (read(s, field) as number | null) === 1
      throw new Mistake(operator.at, `expected a comparison after "${field.name}", as in ${example(field)}`)
    }
    this.at++
    return compare(field, operator.text, this.next())
  }

  private oneOf(field: Field): Predicate {
    if (!this.take('(')) throw new Mistake(this.peek.at, 'expected "(" after "in"')
    const tests: Predicate[] = []
    do {
      tests.push(compare(field, '==', this.next()))
    } while (this.take(','))
    if (!this.take(')')) throw new Mistake(this.peek.at, 'expected "," or ")"')
    return (s) => tests.some((test) => test(s))
  }
}

function fieldOf(token: Token): Field {
  const field = AGGREGATE_FIELDS.find((each) => each.name === token.text)
  if (field) return field
  const near = nearest(token.text)
  throw new Mistake(token.at, `there is no field "${token.text}"${near ? `; did you mean "${near}"?` : `: fields are ${AGGREGATE_FIELDS.map((f) => f.name).join(', ')}`}`)
}

function compare(field: Field, operator: string, token: Token): Predicate {
  if (token.kind === 'end' || token.kind === 'sign') throw new Mistake(token.at, `expected a value, as in ${example(field)}`)
  if (field.kind === 'text' || field.kind === 'service') return compareText(field, operator, token)
  if (operator === '=~') throw new Mistake(token.at, `"=~" compares text, and ${field.name} is a ${field.kind}`)
  const wanted = numberOf(field, token)
  return (s) => {
    const raw = read(s, field)
    const value = typeof raw === 'boolean' ? Number(raw) : (raw as number | null)
    if (value == null) return false
    switch (operator) {
      case '==':
        return value === wanted
      case '!=':
        return value !== wanted
      case '<':
        return value < wanted
      case '<=':
        return value <= wanted
      case '>':
        return value > wanted
      default:
        return value >= wanted
    }
  }
}

function compareText(field: Field, operator: string, token: Token): Predicate {
  if (!['==', '!=', '=~'].includes(operator)) throw new Mistake(token.at, `${field.name} is text: it takes ==, !=, =~ and in`)
  const wanted = token.text
  const match = operator === '=~' ? glob(wanted) : (text: string) => text === wanted
  const test = (text: string) => match(text) || (field.kind === 'service' && !wanted.includes('/') && match(text.slice(text.indexOf('/') + 1)))
  const positive = (s: Subject) => {
    const value = read(s, field)
    return Array.isArray(value) ? (value as string[]).some(test) : test(value as string)
  }
  return operator === '!=' ? (s) => !positive(s) : positive
}

function numberOf(field: Field, token: Token): number {
  if (field.kind === 'flag') {
    if (token.text === 'true' || token.text === '1') return 1
    if (token.text === 'false' || token.text === '0') return 0
    throw new Mistake(token.at, `${field.name} is true or false`)
  }
  if (token.kind !== 'number') throw new Mistake(token.at, `expected a number, as in ${example(field)}`)
  const unit = token.text.replace(/^[0-9.]+/, '')
  const scale = UNITS[field.kind]?.[unit]
  if (scale === undefined) throw new Mistake(token.at, `${field.name} does not take the unit "${unit}", as in ${example(field)}`)
  return token.value * scale
}

const UNITS: Partial<Record<FieldKind, Record<string, number>>> = {
  number: { '': 1, k: 1e3, M: 1e6 },
  share: { '': 1, '%': 0.01 },
  // Latencies of the API are in ms; a bare number is ms as well.
  duration: { '': 1, us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000 },
}

function example(field: Field): string {
  switch (field.kind) {
    case 'share':
      return `${field.name}>1%`
    case 'duration':
      return `${field.name}>200ms`
    case 'number':
      return `${field.name}>10`
    case 'flag':
      return field.name
    default:
      return `${field.name}=="cart"`
  }
}

function read(subject: Subject, field: Field): unknown {
  return subject[field.name as keyof Subject]
}

/** `*` and `?` in linear time: no way for a pattern to be slow. */
export function glob(pattern: string): (text: string) => boolean {
  return (text) => {
    let [t, p, star, mark] = [0, 0, -1, 0]
    while (t < text.length) {
      if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t]) && pattern[p] !== '*') {
        t++
        p++
      } else if (p < pattern.length && pattern[p] === '*') {
        star = p++
        mark = t
      } else if (star >= 0) {
        p = star + 1
        t = ++mark
      } else {
        return false
      }
    }
    while (p < pattern.length && pattern[p] === '*') p++
    return p === pattern.length
  }
}

function nearest(name: string): string | null {
  let best: string | null = null
  let least = 3
  for (const field of AGGREGATE_FIELDS) {
    const d = distance(name, field.name)
    if (d < least && d < name.length) [best, least] = [field.name, d]
  }
  return best ?? AGGREGATE_FIELDS.find((field) => name.length >= 3 && field.name.startsWith(name))?.name ?? null
}

function distance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!
    row[0] = i
    for (let j = 1; j <= b.length; j++) {
      const change = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1)
      diagonal = row[j]!
      row[j] = Math.min(change, Math.min(row[j]!, row[j - 1]!) + 1)
    }
  }
  return row[b.length]!
}
