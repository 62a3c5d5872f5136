import { describe, expect, it } from 'vitest'
import type { CheckItem, ProxyItem, ResourceItem } from '../src/api/types'
import { foundOf, healthyFor, unnamed, workloadsOf } from '../src/model/checks'

function check(healthy: number, unhealthy: number, change: Partial<CheckItem> = {}): CheckItem {
  const verdict = unhealthy === 0 ? 'healthy' : healthy === 0 ? 'unhealthy' : 'disputed'
  return { verdict, service: 'shop/db', endpoint: 'shop/db-1', address: '10.0.3.7:5432', healthy, unhealthy, unhealthyFor: unhealthy > 0 ? ['shop/web'] : [], finding: unhealthy > 0 ? 'connection refused' : '', ...change }
}

function proxy(workload: string, health = 'healthy'): ProxyItem {
  return {
    workload, service: 'shop/db', address: '10.77.0.2', state: 'current', health, commit: 1, lagMs: 0, version: '0.1.0', capture: 'transparent', identity: '', connectedAt: '', residentBytes: 0, cpuUs: 0, subscriptions: 0, labels: { version: 'v2' },
  }
}

function document(name: string, body: object = { metadata: { labels: { version: 'v1' } }, spec: { service: 'db', address: '10.0.3.7' } }): ResourceItem {
  return { kind: 'Workload', namespace: 'shop', name, commit: 1, at: '', yaml: '', body: body as Record<string, unknown> }
}

describe('what callers found of an endpoint', () => {
  it.each([
    [check(3, 0), '3 of 3'],
    [check(0, 2), '0 of 2'],
    [check(1, 2), '1 of 3'],
  ])('%o', (item, share) => expect(healthyFor(item)).toBe(share))

  it.each([
    ['nobody looked', [], ''],
    ['all well', [check(1, 0), check(4, 0)], 'healthy'],
    ['well for nobody', [check(0, 1), check(0, 4)], 'unhealthy'],
    ['one disputes', [check(2, 0), check(1, 1)], 'disputed'],
    ['well in one service, dead in the other', [check(2, 0), check(0, 2)], 'disputed'],
  ])('of several findings: %s', (_, items, verdict) => expect(foundOf(items)).toBe(verdict))

  it('counts the callers that the server does not name', () => {
    expect(unnamed(check(0, 7, { unhealthyFor: ['a', 'b', 'c', 'd', 'e'] }))).toBe(2)
    expect(unnamed(check(0, 1))).toBe(0)
    expect(unnamed(check(2, 0))).toBe(0)
  })
})

describe('workloads', () => {
  it('speak for themselves with a proxy, and are what callers find without', () => {
    const list = workloadsOf([proxy('shop/db-0', 'draining')], [document('db-1'), document('db-2')], [check(1, 1), check(0, 3, { endpoint: 'shop/db-0' })])
    expect(list.map((w) => [w.workload, w.service, w.address, w.version, w.state, w.health])).toEqual([
      ['shop/db-0', 'shop/db', '10.77.0.2', 'v2', 'current', 'draining'],
      ['shop/db-1', 'shop/db', '10.0.3.7', 'v1', 'outside', 'disputed'],
      ['shop/db-2', 'shop/db', '10.0.3.7', 'v1', 'outside', ''],
    ])
  })

  it('are there once when a declared one has got a proxy', () => {
    expect(workloadsOf([proxy('shop/db-1')], [document('db-1')], []).map((w) => w.state)).toEqual(['current'])
  })

  it('are there even where the document says little', () => {
    expect(workloadsOf([], [document('db-1', {})], [])).toEqual([{ workload: 'shop/db-1', service: 'shop/', address: '', version: undefined, state: 'outside', health: '' }])
  })
})
