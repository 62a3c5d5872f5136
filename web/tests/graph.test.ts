import { describe, expect, it } from 'vitest'
import { aggregate, boundedFocus, budgetEdges, filterGraph, findHubs, focus, foldHubs, graphOf, plainEdges, subjectOf, sumEdges, type Graph } from '../src/model/graph'
import { compile } from '../src/model/query'
import { edge, node } from './build'

const chain: Graph = { nodes: ['a/1', 'a/2', 'b/1', 'b/2', 'c/1'].map((id) => node(id)), edges: ['a/1>a/2', 'a/2>b/1', 'b/1>b/2', 'b/2>c/1', 'c/1>a/1'].map((id) => edge(id)) }

describe('levels', () => {
  it('sum services up to namespaces, and what happens inside one disappears', () => {
    const g = aggregate({ nodes: chain.nodes, edges: [...chain.edges, edge('a/1>b/2', { rps: 9, requests: 540, failures: 54, error: 0.1, score: 30, mutualTls: 0 })] }, 'namespace')
    expect(g.nodes.map((n) => [n.id, n.members])).toEqual([['a', 2], ['b', 2], ['c', 1]])
    const ab = g.edges.find((e) => e.id === 'a>b')!
    expect([ab.members, ab.rps, ab.requests, ab.failures]).toEqual([2, 10, 600, 54])
    expect(ab.error).toBeCloseTo(0.09)
    expect(ab.mutualTls).toBeCloseTo(0.1)
    expect(ab.score).toBe(30)
    expect(g.edges.map((e) => e.id).sort()).toEqual(['a>b', 'b>c', 'c>a'])
  })

  it('weigh by traffic what cannot be added up, and take the worst of the rest', () => {
    const quiet = { rps: 0, requests: 0, p50: null, p95: null, p99: null, score: null, mutualTls: 0.5 }
    const sum = sumEdges('a>b', 'a', 'b', [edge('a/1>b/1', { rps: 3, p50: 2, p95: 9, score: 90, worst: 'slow' }), edge('a/2>b/1', { rps: 1, p50: 6, mutualTls: 0, isNew: true, score: 70, worst: 'failing', protocol: 'http2' }), edge('a/3>b/1', quiet)])
    expect([sum.p50, sum.p95, sum.mutualTls, sum.score, sum.worst, sum.isNew, sum.protocol, sum.members]).toEqual([3, 9, 0.75, 70, 'failing', false, 'mixed', 3])
    const silent = sumEdges('a>b', 'a', 'b', [edge('a/1>b/1', quiet), edge('a/2>b/1', { ...quiet, mutualTls: 1 })])
    expect([silent.p50, silent.p99, silent.error, silent.score, silent.mutualTls, silent.protocol]).toEqual([null, null, null, null, 0.5, 'http1'])
  })

  it('show the worst member of a group', () => {
    const g = aggregate({ nodes: [node('a/1'), node('a/2', { score: 40, worst: 'slow' })], edges: [] }, 'namespace')
    expect([g.nodes[0]!.score, g.nodes[0]!.worst, g.nodes[0]!.worstMember]).toEqual([40, 'slow', 'a/2'])
  })

  it('by zone put a service of two zones into both of them together', () => {
    const g = aggregate({ nodes: [node('a/1', { zones: ['y', 'x'] }), node('a/2', { zones: [] }), node('ext', { kind: 'external', zones: [] })], edges: [] }, 'zone')
    expect(g.nodes.map((n) => n.id)).toEqual(['x + y', 'no zone', 'outside'])
  })
})

describe('hubs', () => {
  const spokes = Array.from({ length: 30 }, (_, i) => `a/${i}`)
  const star: Graph = { nodes: [...spokes, 'a/dns'].map((id) => node(id)), edges: [...spokes.slice(0, 12).map((s) => edge(`${s}>a/dns`)), edge('a/0>a/1')] }

  it('touch more than three tenths of the mesh', () => {
    expect(findHubs(star)).toEqual(['a/dns'])
    expect(findHubs({ nodes: star.nodes, edges: star.edges.slice(3) })).toEqual([])
  })

  it('are known by how many they touch, not by how many edges they have', () => {
    const both = spokes.slice(0, 8).flatMap((s) => [edge(`${s}>a/dns`), edge(`a/dns>${s}`)])
    expect(findHubs({ nodes: star.nodes, edges: both })).toEqual([])
    expect(findHubs({ nodes: star.nodes, edges: [...both, edge('a/8>a/dns'), edge('a/9>a/dns')] })).toEqual(['a/dns'])
  })

  it('do not exist in small meshes', () => expect(findHubs({ nodes: star.nodes.slice(0, 10), edges: star.edges })).toEqual([]))

  it('become badges on their peers', () => {
    const g = foldHubs(star, ['a/dns'])
    expect(g.nodes).toHaveLength(30)
    expect(g.edges.map((e) => e.id)).toEqual(['a/0>a/1'])
    expect(g.nodes.find((n) => n.id === 'a/3')!.badges).toEqual(['a/dns'])
    expect(g.nodes.find((n) => n.id === 'a/20')!.badges).toEqual([])
  })
})

describe('the edge budget', () => {
  const many = Array.from({ length: 1000 }, (_, i) => edge(`a/${i}>a/x`, { rps: i }))

  it('draws everything while there is room', () => expect(budgetEdges(many.slice(0, 150)).quiet).toBe(0))

  it('draws the busiest and counts the rest', () => {
    const { drawn, quiet } = budgetEdges(many)
    expect([drawn.length, quiet]).toEqual([150, 850])
    expect(Math.min(...drawn.map((e) => e.rps))).toBe(850)
  })

  it('never leaves out what is ill, new or asked for', () => {
    const list = many.map((e, i) => (i === 3 ? { ...e, score: 20 } : i === 4 ? { ...e, isNew: true } : e))
    const drawn = new Set(budgetEdges(list, 150, new Set(['a/5>a/x'])).drawn.map((e) => e.id))
    expect(['a/3>a/x', 'a/4>a/x', 'a/5>a/x'].every((id) => drawn.has(id))).toBe(true)
  })

  it('grows with illness, but not without bound', () => {
    expect(budgetEdges(many.map((e, i) => (i < 300 ? { ...e, score: 20 } : e))).drawn).toHaveLength(300)
    const { drawn, quiet } = budgetEdges(many.map((e) => ({ ...e, score: 20 })))
    expect([drawn.length, quiet]).toEqual([600, 400])
  })

  it('does not let a mesh that is new as a whole break it', () => expect(budgetEdges(many.map((e) => ({ ...e, isNew: true }))).drawn).toHaveLength(150))
})

describe('focus', () => {
  it('goes so many hops in the wanted direction', () => {
    expect(focus(chain, 'a/2', 1, 'down').nodes.map((n) => n.id)).toEqual(['a/2', 'b/1'])
    expect(focus(chain, 'a/2', 1, 'up').nodes.map((n) => n.id)).toEqual(['a/1', 'a/2'])
    expect(focus(chain, 'a/2', 2, 'both').nodes.map((n) => n.id)).toEqual(['a/1', 'a/2', 'b/1', 'b/2', 'c/1'])
    expect(focus(chain, 'a/2', 9, 'down').edges).toHaveLength(5)
  })

  it('stays readable and says how many it left out', () => {
    const star: Graph = { nodes: [node('h/x'), ...Array.from({ length: 200 }, (_, i) => node(`h/${i}`))], edges: Array.from({ length: 200 }, (_, i) => edge(`h/x>h/${i}`, { rps: i })) }
    const { graph, left } = boundedFocus(star, 'h/x', 1, 'both', 20)
    expect([graph.nodes.length, left]).toEqual([20, 181])
    expect(graph.nodes.some((n) => n.id === 'h/x')).toBe(true)
    expect(graph.edges.every((e) => e.rps >= 181)).toBe(true)
  })
})

describe('the topology', () => {
  const topology = {
    at: '', windowSeconds: 60, hidden: { nodes: 0, edges: 0 }, totals: { rps: 0, mutualTls: 1, edges: 0, plainEdges: 0 },
    nodes: ['a/1', 'a/2'].map((id) => ({ id, namespace: 'a', name: id.slice(2), kind: 'service', workloads: 1, meshed: 1, versions: [], zones: [], rps: 0, clientErrors: 0, serverErrors: 0 })),
    protocols: ['http1', 'tcp'],
    edges: { source: [0, 1], destination: [1, 0], protocol: [1, 0], rps: [5, 6], requests: [10, 0], failures: [1, 0], p50Ms: [1, null], p95Ms: [2, null], p99Ms: [3, null], bytesPerSecond: [7, 0], active: [0, 2], mutualTls: [1, 0], retriesPerSecond: [0, 0],
      isNew: [false, true], score: [80, null], worst: ['slow', null] },
  }

  it('is put together from its columns', () => {
    const g = graphOf(topology)
    expect(g.edges.map((e) => [e.id, e.protocol, e.rps, e.error, e.p99, e.active, e.isNew, e.score, e.worst])).toEqual([
      ['a/1>a/2', 'tcp', 5, 0.1, 3, 0, false, 80, 'slow'],
      ['a/2>a/1', 'http1', 6, null, null, 2, true, null, null],
    ])
  })

  it('is filtered by the query bar', () => {
    const g: Graph = { nodes: chain.nodes, edges: chain.edges.map((e, i) => (i === 1 ? { ...e, error: 0.2 } : e)) }
    const query = compile('error>1%')
    expect(query.ok && filterGraph(g, query.test).nodes.map((n) => n.id)).toEqual(['a/2', 'b/1'])
    expect(subjectOf(g.edges[1]!).namespace).toEqual(['a', 'b'])
  })

  it('calls plain only what had traffic', () => {
    expect(plainEdges([edge('a>b', { mutualTls: 0 }), edge('b>c', { mutualTls: 0, requests: 0 }), edge('c>d')]).map((e) => e.id)).toEqual(['a>b'])
  })
})
