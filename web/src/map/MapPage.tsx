import { useCallback, useEffect, useMemo, useState } from 'react'
import { useApi } from '../api/hooks'
import type { Frames, TopologyColumns } from '../api/types'
import { currentSession, send } from '../api/client'
import { count } from '../model/format'
import { applyFrame } from '../model/frames'
import { aggregate, boundedFocus, budgetEdges, EDGE_BUDGET, filterGraph, findHubs, foldHubs, graphOf, groupOf, plainEdges, type Graph } from '../model/graph'
import { diffEdges } from '../model/mapdiff'
import { pack } from '../model/pack'
import { compile, type Compiled } from '../model/query'
import { HOPS_MAX, MAP_STANDARD, readMap, WINDOWS, writeMap, type MapState } from '../model/url'
import { isDark, setPrefs, usePrefs, wantsMotion } from '../state/prefs'
import { navigate, serviceHref, usePlace } from '../state/router'
import { t } from '../text'
import { Icon } from '../ui/icons'
import { Cli, Empty, Problem, Segments, toast } from '../ui/kit'
import { everyOf, MAP_PATH, mapQuery } from './ask'
import { Details } from './Details'
import { FarView } from './FarView'
import { MatrixView } from './MatrixView'
import { NearView } from './NearView'
import { Chips, QueryBar } from './QueryBar'
import { Renderer } from './renderer'
import { TimeBar } from './TimeBar'
import { TreeView } from './TreeView'

/** Up to so many boxes are cards that can be read; more are seen from afar. */
const NEAR_NODES_MAX = 48
/** So long the answer of a large mesh takes at least. */
const PREPARE_MS = 100
const NO_FRAME = { frames: null as Frames | null, index: 0 }

export default function MapPage() {
  const place = usePlace()
  const state = useMemo(() => readMap(place.search), [place.search])
  const prefs = usePrefs()
  const [playing, setPlaying] = useState(NO_FRAME)
  const [far, setFar] = useState({ drawn: 0, quiet: 0 })
  const change = useCallback((part: Partial<MapState>, options: { replace?: boolean } = {}) => {
    navigate(`/map${writeMap({ ...readMap(new URLSearchParams(location.search)), ...part })}`, options)
  }, [])

  const query = mapQuery(state)
  const topology = useApi<TopologyColumns>(MAP_PATH, query, { large: true, every: (last) => (state.at ? false : everyOf(last)) })
  const before = useApi<TopologyColumns>(MAP_PATH, { ...query, at: state.compare }, { large: true, every: false, enabled: state.compare !== '' })
  usePreparedRenderer(state, topology.isPending)

  const { focus, hops, direction, hubs: withHubs, level, selected } = state
  const compiled = useMemo(() => (state.query.trim() === '' ? null : compile(state.query)), [state.query])
  const whole = useMemo(() => (topology.data ? graphOf(topology.data) : null), [topology.data])
  const framed = useMemo(() => (whole && playing.frames ? applyFrame(whole, playing.frames, playing.index) : whole), [whole, playing])
  const matching = useMemo(() => (framed ? matchingOf(framed, compiled) : null), [framed, compiled])
  const isFocused = focus !== ''
  const hubs = useMemo(() => (matching && !isFocused ? findHubs(matching) : []), [matching, isFocused])
  const selectedHub = hubs.includes(selected) ? selected : ''
  // What is selected and how far the view is zoomed changes often; nothing of this is made anew for it.
  const prepared = useMemo(
    () => (framed && matching ? prepare(framed, matching, { focus, hops, direction, withHubs, level, hubs: hubs.filter((id) => id !== selectedHub) }) : null),
    [framed, matching, focus, hops, direction, withHubs, level, hubs, selectedHub],
  )
  const compared = useMemo(() => {
    if (!state.compare || !before.data || !prepared) return null
    const then = graphOf(before.data)
    const thenMatching = matchingOf(then, compiled)
    const old = prepare(then, thenMatching, { focus, hops, direction, withHubs, level, hubs: isFocused ? [] : findHubs(thenMatching).filter((id) => id !== selected) })
    const diff = diffEdges(old.shown.edges, prepared.shown.edges)
    const marks = new Map<string, 'added' | 'gone' | 'changed'>()
    for (const edge of diff.added) marks.set(edge.id, 'added')
    for (const each of diff.changed) marks.set(each.id, 'changed')
    for (const edge of diff.gone) marks.set(edge.id, 'gone')
    const here = new Set(prepared.shown.nodes.map((n) => n.id))
    const gone = diff.gone
    const shown: Graph = {
      nodes: [...prepared.shown.nodes, ...old.shown.nodes.filter((n) => !here.has(n.id) && gone.some((e) => e.source === n.id || e.destination === n.id))],
      edges: [...prepared.shown.edges.filter((e) => !gone.some((g) => g.id === e.id)), ...gone],
    }
    return { diff, marks, shown }
  }, [state, before.data, prepared, compiled])

  const shown = compared?.shown ?? prepared?.shown ?? null
  const isNear = shown !== null && (state.focus !== '' || shown.nodes.length <= NEAR_NODES_MAX)
  const budget = useMemo(() => (shown && isNear ? budgetEdges(shown.edges, EDGE_BUDGET, new Set(compared?.marks.keys())) : { drawn: [], quiet: 0 }), [shown, isNear, compared])
  const packed = useMemo(() => (shown && !isNear ? packOf(shown) : null), [shown, isNear])

  const select = useCallback((id: string) => change({ selected: id }, { replace: true }), [change])
  const open = useCallback((id: string) => {
    const level = readMap(new URLSearchParams(location.search)).level
    if (level === 'namespace') change({ namespace: id, level: 'auto', selected: '' })
    else if (level !== 'zone') change({ focus: id, selected: id })
  }, [change])
  const onBudget = useCallback((drawn: number, quiet: number) => setFar((f) => (f.drawn === drawn && f.quiet === quiet ? f : { drawn, quiet })), [])
  useKeys(state, change)

  const keep = async () => {
    if (!packed) return
    const positions = Object.fromEntries([...packed.nodes].map(([id, p]) => [id, [Math.round(p.x), Math.round(p.y)]]))
    await send('PUT', '/v1/layout', { positions }).then(() => toast(t.map.kept), (fault: unknown) => toast(String((fault as Error).message)))
  }

  const drawn = isNear ? budget.drawn.length : far.drawn
  const quiet = isNear ? budget.quiet : far.quiet
  const plain = useMemo(() => (prepared ? plainEdges(isFocused ? prepared.shown.edges : prepared.matching.edges).length : 0), [prepared, isFocused])
  const theme = `${prefs.theme}${isDark()}`
  return (
    <div className="map-page">
      <h1 className="sr">{t.map.title}</h1>
      <div className="map-bar">
        <QueryBar text={state.query} error={compiled && !compiled.ok ? compiled.error : null} onChange={(q) => change({ query: q }, { replace: true })} />
        <Segments label={t.map.view} value={state.view} options={Object.entries(t.map.views) as ['graph', string][]} onChange={(view) => change({ view })} />
        <Segments label={t.top.window} value={state.window} options={WINDOWS.map((w) => [w, t.window(w)] as const)} onChange={(window) => change({ window })} />
        <span className="map-bar-break" />
        <Chips text={state.query} onChange={(q) => change({ query: q }, { replace: true })} />
        {state.view === 'graph' && <Segments label={t.map.level} value={state.level} options={Object.entries(t.map.levels) as ['auto', string][]} onChange={(level) => change({ level, selected: '' })} />}
      </div>
      <div className="map-body">
        <div className="map-stage" data-ready={shown ? 'true' : 'false'}>
          {topology.error && !topology.data ? <Problem error={topology.error} /> : null}
          {!topology.data && !topology.error && <Empty>{t.common.loading}</Empty>}
          {shown && shown.nodes.length === 0 && <Empty>{state.query ? t.map.empty : t.map.noTraffic}</Empty>}
          {shown && shown.nodes.length > 0 && state.view === 'graph' && isNear && (
            <NearView graph={shown} drawn={budget.drawn} selected={state.selected} root={state.focus} animate={wantsMotion(prefs) && !compared} versions={state.level === 'version'} differences={compared?.marks ?? null} onSelect={select} onOpen={open} />
          )}
          {shown && packed && state.view === 'graph' && !isNear && (
            <FarView graph={shown} packed={packed} selected={state.selected} theme={theme} differences={compared?.marks ?? null} onSelect={select} onOpen={open} onBudget={onBudget} />
          )}
          {framed && state.view === 'matrix' && <MatrixView graph={prepared!.matching} selected={state.selected} onSelect={select} onOpen={(id) => change({ view: 'graph', focus: id, selected: id })} />}
          {framed && state.view === 'tree' && <TreeView graph={framed} root={state.focus || (state.selected.includes('>') ? '' : state.selected)} onRoot={(id) => change({ focus: id, selected: id })} />}
          {state.focus !== '' && state.view === 'graph' && prepared && (
            <div className="map-focus" role="group" aria-label={t.map.focus}>
              <strong>{state.focus}</strong>
              <Segments label={t.map.direction} value={state.direction} options={Object.entries(t.map.directions) as ['up', string][]} onChange={(direction) => change({ direction })} />
              <label className="dim">
                {t.map.hops}{' '}
                <select className="input" value={state.hops} onChange={(e) => change({ hops: Number(e.target.value) })}>
                  {Array.from({ length: HOPS_MAX }, (_, i) => (
                    <option key={i}>{i + 1}</option>
                  ))}
                </select>
              </label>
              {prepared.left > 0 && <span className="faint">{t.map.focusLeft(prepared.left)}</span>}
              <button type="button" className="button small" onClick={() => change({ focus: '', hops: 1, direction: 'both' })}>
                {t.map.unfocus} <kbd>Esc</kbd>
              </button>
            </div>
          )}
          {prepared && (
            <div className="map-counts">
              <span className="num">{state.level === 'zone' || state.level === 'namespace' ? t.map.groups(prepared.shown.nodes.length) : t.map.nodes(prepared.shown.nodes.length)}</span>
              <span className="num">{t.map.drawn(drawn, drawn + quiet)}</span>
              {quiet > 0 && <span className="num faint">{t.map.quiet(quiet)}</span>}
              <span className={`num mark ${plain > 0 ? 'warn' : 'good'}`}>
                <Icon name={plain > 0 ? 'unlock' : 'good'} size={13} /> {plain > 0 ? t.map.notEncrypted(plain) : t.map.allEncrypted}
              </span>
              {prepared.hubs.length > 0 && (
                <button type="button" className="button quiet small" title={prepared.hubs.join(', ')} onClick={() => change({ hubs: !state.hubs })}>
                  {state.hubs ? t.map.foldHubs : `${t.map.hubs(prepared.hubs.length)} · ${t.map.showHubs}`}
                </button>
              )}
              {(topology.data?.hidden.edges ?? 0) > 0 && <span className="faint num">{t.map.serverHidden(topology.data!.hidden.edges)}</span>}
              <span className="map-counts-right">
                {packed && currentSession()?.role !== 'viewer' && (
                  <button type="button" className="button quiet small" onClick={() => void keep()}>
                    <Icon name="pin" size={13} /> {t.map.keep}
                  </button>
                )}
                {isNear && (
                  <button type="button" className="button quiet small" aria-pressed={prefs.animate} onClick={() => setPrefs({ animate: !prefs.animate })}>
                    <Icon name="motion" size={13} /> {t.map.animate}
                  </button>
                )}
                <Cli line={cliOf(state)} />
              </span>
            </div>
          )}
          {compared && (
            <div className="map-diff">
              <span className="tag accent num">{t.map.added(compared.diff.added.length)}</span>
              <span className="tag num">{t.map.gone(compared.diff.gone.length)}</span>
              <span className="tag warn num">{t.map.changed(compared.diff.changed.length)}</span>
              <ul>
                {compared.diff.changed.slice(0, 8).map((each) => (
                  <li key={each.id}>
                    <button type="button" className="button quiet small" onClick={() => select(each.id)}>
                      {each.id.replace('>', ' → ')}
                    </button>{' '}
                    <span className="dim num">{each.why.join(', ')}</span>
                  </li>
                ))}
              </ul>
              {compared.marks.size === 0 && <span className="faint">{t.map.noDifference}</span>}
            </div>
          )}
        </div>
        {state.selected !== '' && whole && <Details graph={prepared?.matching ?? whole} whole={whole} state={state} change={change} query={query} />}
      </div>
      <TimeBar state={state} change={change} isReady={topology.data !== undefined || topology.isError} onFrame={(frames, index) => setPlaying({ frames, index })} onStop={() => setPlaying(NO_FRAME)} />
      <div className="sr" role="status">
        {topology.data ? `${count(topology.data.totals.edges)}` : ''}
      </div>
    </div>
  )
}

interface Prepared {
  /** What the filter takes, at the level of services. */
  matching: Graph
  /** What is drawn, before the budget. */
  shown: Graph
  hubs: string[]
  left: number
}

interface Wanted extends Pick<MapState, 'focus' | 'hops' | 'direction' | 'level'> {
  withHubs: boolean
  hubs: string[]
}

function matchingOf(whole: Graph, query: Compiled | null): Graph {
  return query?.ok ? filterGraph(whole, query.test) : whole
}

function prepare(whole: Graph, matching: Graph, wanted: Wanted): Prepared {
  const { focus, hubs } = wanted
  if (focus !== '') {
    const { graph, left } = boundedFocus(matching.nodes.some((n) => n.id === focus) ? matching : whole, focus, wanted.hops, wanted.direction)
    return { matching, shown: graph, hubs: [], left }
  }
  const folded = wanted.withHubs ? matching : foldHubs(matching, hubs)
  return { matching, shown: aggregate(folded, wanted.level === 'auto' ? 'service' : wanted.level), hubs, left: 0 }
}

/** While the first answer is waited for, the browser has time to make what it will be drawn with. Of a small mesh it comes sooner, and nothing is made. */
function usePreparedRenderer(state: MapState, isWaiting: boolean): void {
  const isWanted = isWaiting && state.view === 'graph' && state.focus === ''
  useEffect(() => {
    if (!isWanted) return
    const timer = setTimeout(() => Renderer.prepare(), PREPARE_MS)
    return () => clearTimeout(timer)
  }, [isWanted])
}

function packOf(graph: Graph) {
  const group = new Map(graph.nodes.map((n) => [n.id, groupOf(n, 'namespace')]))
  const nodes = graph.nodes.map((n) => ({ id: n.id, group: group.get(n.id)!, x: n.x, y: n.y }))
  // Only who belongs together counts, not how much they talk right now: figures must not move the picture.
  const weights = new Map<string, Map<string, number>>()
  for (const edge of graph.edges) {
    const [a, b] = [group.get(edge.source)!, group.get(edge.destination)!]
    if (a === b) continue
    const row = weights.get(a) ?? weights.set(a, new Map()).get(a)!
    row.set(b, (row.get(b) ?? 0) + 1)
  }
  return pack(nodes, [...weights].flatMap(([a, row]) => [...row].map(([b, weight]) => ({ a, b, weight }))))
}

function cliOf(state: MapState): string {
  const flags = [state.namespace && ` -n ${state.namespace}`, state.query && ` --filter '${state.query}'`, state.window !== MAP_STANDARD.window && ` --window ${t.window(state.window).replace(' ', '')}`].filter(Boolean).join('')
  return `weft ${state.focus ? `graph ${state.focus}` : 'edges'}${flags}`
}

function useKeys(state: MapState, change: (part: Partial<MapState>, options?: { replace?: boolean }) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (event.target as HTMLElement).closest('input,textarea,select,[role=dialog]')) return
      if (event.key === 'f' && state.selected && !state.selected.includes('>')) change({ focus: state.selected })
      else if (event.key === 'Escape' && state.focus) change({ focus: '', hops: 1, direction: 'both' })
      else if (event.key === 'Escape' && state.selected) change({ selected: '' })
      else if (event.key === 'Enter' && event.shiftKey && state.selected) navigate(serviceHref(state.selected))
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [state, change])
}
