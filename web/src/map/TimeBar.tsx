import { useEffect, useMemo, useRef, useState } from 'react'
import { get } from '../api/client'
import { useApi, useNow } from '../api/hooks'
import type { CommitResult, Frames, Series } from '../api/types'
import { clock, dateTime } from '../model/format'
import type { MapState } from '../model/url'
import { t } from '../text'
import { Icon } from '../ui/icons'
import { useWidth } from '../ui/chart'

interface Props {
  state: MapState
  change: (part: Partial<MapState>, options?: { replace?: boolean }) => void
  /** Whether the map is there: until then nothing else is asked for, so that the server has nothing else to do. */
  isReady: boolean
  onFrame: (frames: Frames, index: number) => void
  onStop: () => void
}

const DAY = 86_400_000
const STEP = 10_000
const PLAY_FRAMES = 60
const PLAY_MS = 250
const HEIGHT = 40

/** 24 hours of the mesh's traffic; a place on it is the time that the map shows. */
export function TimeBar({ state, change, isReady, onFrame, onStop }: Props) {
  const now = useNow(10_000)
  const end = Math.floor(now / 60_000) * 60_000
  const start = end - DAY
  const [ref, width] = useWidth()
  const series = useApi<Series>('/v1/series', { of: 'mesh', from: new Date(start).toISOString(), to: new Date(end).toISOString(), step: 300 }, { every: 60_000, enabled: isReady })
  const commits = useApi<CommitResult[]>('/v1/commits', {}, { every: 30_000, enabled: isReady })
  const [picking, setPicking] = useState(false)
  const [playing, setPlaying] = useState(false)
  const current = state.at ? Date.parse(state.at) : now
  const latest = useRef({ state, change, onFrame, onStop })
  latest.current = { state, change, onFrame, onStop }

  useEffect(() => {
    if (!playing) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let stale = false
    let frames: Frames | null = null
    let index = 0
    let at = latest.current.state.at ? Date.parse(latest.current.state.at) : Date.now() - PLAY_FRAMES * STEP
    const step = async () => {
      if (!frames || index >= frames.frames.length) {
        const to = Math.min(at + PLAY_FRAMES * STEP, Date.now() - STEP)
        if (to - at < STEP) {
          setPlaying(false)
          latest.current.change({ at: '' }, { replace: true })
          return
        }
        frames = await get<Frames>('/v1/topology/frames', { from: new Date(at).toISOString(), to: new Date(to).toISOString(), step: STEP / 1000 }).catch(() => null)
        index = 0
        if (stale || !frames || frames.frames.length === 0) {
          setPlaying(false)
          return
        }
      }
      latest.current.onFrame(frames, index++)
      at += STEP
      latest.current.change({ at: new Date(at).toISOString() }, { replace: true })
      timer = setTimeout(() => void step(), PLAY_MS)
    }
    void step()
    return () => {
      stale = true
      clearTimeout(timer)
      latest.current.onStop()
    }
  }, [playing])

  const bars = useMemo(() => barsOf(series.data), [series.data])
  const x = (at: number) => ((at - start) / DAY) * width
  const pick = (clientX: number, left: number) => {
    const at = Math.min(now, Math.max(start, start + ((clientX - left) / width) * DAY))
    const iso = now - at < 60_000 ? '' : new Date(Math.round(at / STEP) * STEP).toISOString()
    if (picking) {
      setPicking(false)
      change({ compare: iso })
    } else {
      setPlaying(false)
      change({ at: iso }, { replace: true })
    }
  }
  const marks = (commits.data ?? []).filter((c) => Date.parse(c.at) >= start)
  return (
    <div className="timebar">
      <button type="button" className="button icon" aria-label={playing ? t.map.pause : t.map.play} title={playing ? t.map.pause : t.map.play} onClick={() => setPlaying(!playing)}>
        <Icon name={playing ? 'pause' : 'play'} size={14} />
      </button>
      <div className="timebar-at num">
        {state.at ? dateTime(current) : <span className="good">{t.common.now}</span>}
        {state.compare && <span className="faint"> {t.map.compareWith(clock(Date.parse(state.compare)))}</span>}
      </div>
      <div
        className={`timebar-track ${picking ? 'picking' : ''}`}
        ref={ref as React.RefObject<HTMLDivElement>}
        role="slider"
        tabIndex={0}
        aria-label={t.map.timeline}
        aria-valuemin={0}
        aria-valuemax={1440}
        aria-valuenow={Math.round((current - start) / 60_000)}
        aria-valuetext={state.at ? dateTime(current) : t.common.now}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId)
          pick(e.clientX, e.currentTarget.getBoundingClientRect().left)
        }}
        onPointerMove={(e) => e.buttons === 1 && !picking && e.currentTarget.hasPointerCapture(e.pointerId) && pick(e.clientX, e.currentTarget.getBoundingClientRect().left)}
        onKeyDown={(e) => {
          const jump: Record<string, number> = { ArrowLeft: -60_000, ArrowRight: 60_000, PageUp: 3_600_000, PageDown: -3_600_000 }
          const by = jump[e.key]
          if (by === undefined && e.key !== 'End') return
          e.preventDefault()
          const at = e.key === 'End' ? now : current + by!
          change({ at: at >= now - 30_000 ? '' : new Date(Math.max(start, at)).toISOString() }, { replace: true })
        }}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true">
          {bars.map((bar, i) => (
            <g key={i}>
              <rect className="bar" x={(i / bars.length) * width} width={Math.max(1, width / bars.length - 1)} y={HEIGHT - 10 - bar.height} height={bar.height} />
              {bar.bad > 0 && <rect className="bar-bad" x={(i / bars.length) * width} width={Math.max(1, width / bars.length - 1)} y={HEIGHT - 10 - bar.bad} height={bar.bad} />}
            </g>
          ))}
          {[0, 6, 12, 18].map((h) => {
            const at = start + ((h * 3_600_000 - (start % (6 * 3_600_000)) + 6 * 3_600_000) % DAY)
            return (
              <text key={h} x={x(at)} y={HEIGHT}>
                {clock(at).slice(0, 5)}
              </text>
            )
          })}
          {marks.map((c) => (
            <path key={c.commit} className="commit" d={`M${x(Date.parse(c.at)) - 3.5} 0h7l-3.5 6z`} />
          ))}
          <line className="hand" x1={x(current)} x2={x(current)} y1="0" y2={HEIGHT - 10} />
          {state.compare && <line className="hand other" x1={x(Date.parse(state.compare))} x2={x(Date.parse(state.compare))} y1="0" y2={HEIGHT - 10} />}
        </svg>
      </div>
      {state.at && (
        <button type="button" className="button small" onClick={() => { setPlaying(false); change({ at: '' }) }}>
          {t.map.backToNow}
        </button>
      )}
      <button type="button" className="button small" aria-pressed={picking || state.compare !== ''} onClick={() => (state.compare ? change({ compare: '' }) : setPicking(!picking))}>
        {state.compare ? t.map.endCompare : t.map.compare}
      </button>
    </div>
  )
}

function barsOf(series: Series | undefined): { height: number; bad: number }[] {
  if (!series) return []
  const top = Math.max(1, ...series.requests)
  const room = HEIGHT - 18
  return series.requests.map((requests, i) => ({
    height: requests > 0 ? Math.max(1, (requests / top) * room) : 0,
    // Errors are few in number; their root makes them visible.
    bad: requests > 0 ? Math.sqrt((series.failures[i] ?? 0) / requests) * room * (requests / top) : 0,
  }))
}
