import { describe, expect, it } from 'vitest'
import { compile, glob, type Subject } from '../src/model/query'

const edge: Subject = { rps: 20, error: 0.02, success: 0.98, p50: 4, p95: 120, p99: 300, mtls: 0.5, source: 'shop/web', destination: 'shop/cart', namespace: ['shop'], protocol: 'http1', new: false }

function takes(query: string, change: Partial<Subject> = {}): boolean {
  const compiled = compile(query)
  if (!compiled.ok) throw new Error(`${compiled.error.column}: ${compiled.error.message}`)
  return compiled.test({ ...edge, ...change })
}

describe('the query bar', () => {
  it('takes everything when it is empty', () => expect(takes('  ')).toBe(true))

  it.each([
    ['rps>10 and error>1% and !mtls', true],
    ['rps>10 && error>2%', false],
    ['error>=2%', true],
    ['success<99%', true],
    ['p99>250ms', true],
    ['p99>0.3s', false],
    ['p99>=300000us', true],
    ['rps>1k or p95>100', true],
    ['!(rps>10)', false],
    ['not new', true],
    ['source=="web"', true],
    ['source=="shop/web"', true],
    ['destination!="cart"', false],
    ['destination in ("pricing", cart)', true],
    ['source=~"w*b" and protocol==http1', true],
    ['namespace==shop', true],
    ['namespace=="other" || new', false],
    ['mtls<100%', true],
  ])('%s is %s', (query, expected) => expect(takes(query)).toBe(expected))

  it('and binds tighter than or', () => {
    expect(takes('rps>100 and new or protocol==http1')).toBe(true)
    expect(takes('rps>100 and (new or protocol==http1)')).toBe(false)
  })

  it('never takes an edge by a figure that it does not have', () => {
    expect(takes('p99<1s', { p99: null })).toBe(false)
    expect(takes('p99>=1s', { p99: null })).toBe(false)
  })

  it('a share by its name alone means all of it', () => {
    expect(takes('mtls', { mtls: 1 })).toBe(true)
    expect(takes('mtls', { mtls: 0.999 })).toBe(false)
  })

  it.each([
    ['rsp>1', 1, 'did you mean "rps"'],
    ['rps>', 5, 'expected a value'],
    ['rps', 4, 'expected a comparison'],
    ['rps>10ms', 5, 'unit "ms"'],
    ['rps>1 error>1%', 7, 'expected "and", "or" or the end'],
    ['(rps>1', 7, 'expected ")"'],
    ['source=="web', 9, 'no closing'],
    ['rps=~"a"', 6, 'compares text'],
    ['source>1', 8, 'is text'],
    ['rps>1 and', 10, 'expected a field'],
    ['?', 1, 'no meaning'],
  ])('%s is wrong at column %i', (query, column, message) => {
    const compiled = compile(query)
    expect(compiled.ok).toBe(false)
    if (!compiled.ok) {
      expect(compiled.error.column).toBe(column)
      expect(compiled.error.message).toContain(message)
    }
  })

  it('survives what nobody would type', () => {
    expect(compile('!'.repeat(500)).ok).toBe(false)
    expect(compile('('.repeat(500)).ok).toBe(false)
    expect(compile(`rps>1${' and rps>1'.repeat(500)}`).ok).toBe(false)
  })

  it('matches globs in linear time', () => {
    const started = performance.now()
    expect(glob('*a*a*a*a*a*a*a*a*b')('a'.repeat(2000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
    expect(glob('sh?p/*')('shop/cart')).toBe(true)
    expect(glob('')('')).toBe(true)
    expect(glob('*')('')).toBe(true)
    expect(glob('a')('')).toBe(false)
  })
})
