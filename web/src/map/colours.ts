import type { Health } from '../model/graph'
import type { Rgba } from './renderer'

// Colours of the theme for canvas and WebGL; SVG reads the same variables itself.

export interface Colours {
  health: Record<Health, Rgba>
  edge: Rgba
  text: string
  dim: string
  surface: Rgba
  line: Rgba
  accent: Rgba
  bg: string
}

export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  const text = (name: string) => style.getPropertyValue(name).trim()
  const rgba = (name: string) => parse(text(name))
  return {
    health: { good: rgba('--good'), warn: rgba('--warn'), bad: rgba('--bad'), none: rgba('--none') },
    edge: rgba('--edge'),
    text: text('--text'),
    dim: text('--text-2'),
    surface: rgba('--surface-2'),
    line: rgba('--line-2'),
    accent: rgba('--accent'),
    bg: text('--bg'),
  }
}

function parse(hex: string): Rgba {
  const value = Number.parseInt(hex.replace('#', ''), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255, 1]
}

export function fade(colour: Rgba, alpha: number): Rgba {
  return [colour[0], colour[1], colour[2], alpha]
}
