// The difference of two texts, line by line (Myers' greedy algorithm), for what a commit changed.

export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
  /** Line numbers from 1; 0 where the line is not in that text. */
  before: number
  after: number
}

const LINES_MAX = 4000

export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before)
  const b = linesOf(after)
  if (a.length + b.length > LINES_MAX) {
    return [
      ...a.map((text, i): DiffLine => ({ kind: 'removed', text, before: i + 1, after: 0 })),
      ...b.map((text, i): DiffLine => ({ kind: 'added', text, before: 0, after: i + 1 })),
    ]
  }
  return backtrack(a, b, trace(a, b))
}

function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines
}

function trace(a: string[], b: string[]): Int32Array[] {
  const max = a.length + b.length
  const furthest = new Int32Array(2 * max + 3)
  const middle = max + 1
  const steps: Int32Array[] = []
  for (let d = 0; d <= max; d++) {
    steps.push(furthest.slice())
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && furthest[middle + k - 1]! < furthest[middle + k + 1]!) ? furthest[middle + k + 1]! : furthest[middle + k - 1]! + 1
      let y = x - k
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++
        y++
      }
      furthest[middle + k] = x
      if (x >= a.length && y >= b.length) return steps
    }
  }
  return steps
}

function backtrack(a: string[], b: string[], steps: Int32Array[]): DiffLine[] {
  const middle = a.length + b.length + 1
  const lines: DiffLine[] = []
  let [x, y] = [a.length, b.length]
  for (let d = steps.length - 1; d >= 0; d--) {
    const furthest = steps[d]!
    const k = x - y
    const from = k === -d || (k !== d && furthest[middle + k - 1]! < furthest[middle + k + 1]!) ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : furthest[middle + from]!
    const fromY = d === 0 ? 0 : fromX - from
    while (x > fromX && y > fromY && (d > 0 || x > 0)) {
      x--
      y--
      lines.push({ kind: 'same', text: a[x]!, before: x + 1, after: y + 1 })
    }
    if (d === 0) break
    if (x === fromX) {
      y--
      lines.push({ kind: 'added', text: b[y]!, before: 0, after: y + 1 })
    } else {
      x--
      lines.push({ kind: 'removed', text: a[x]!, before: x + 1, after: 0 })
    }
  }
  return lines.reverse()
}

/** Only the lines near a change; a null stands for a gap. */
export function hunks(lines: readonly DiffLine[], context = 3): (DiffLine | null)[] {
  const keep = lines.map(() => false)
  lines.forEach((line, i) => {
    if (line.kind === 'same') return
    for (let k = Math.max(0, i - context); k <= Math.min(lines.length - 1, i + context); k++) keep[k] = true
  })
  const result: (DiffLine | null)[] = []
  let gap = false
  lines.forEach((line, i) => {
    if (keep[i]) {
      if (gap && result.length > 0) result.push(null)
      gap = false
      result.push(line)
    } else {
      gap = true
    }
  })
  return result
}
