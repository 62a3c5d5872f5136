import { useSyncExternalStore } from 'react'

// What one reader likes, kept in this browser: theme and animation.

export type Theme = 'auto' | 'dark' | 'light'
export interface Prefs {
  theme: Theme
  animate: boolean
}

const KEY = 'weft.prefs'
const calm = window.matchMedia('(prefers-reduced-motion: reduce)')
const bright = window.matchMedia('(prefers-color-scheme: light)')
const listeners = new Set<() => void>()
let prefs = load()

function load(): Prefs {
  const standard: Prefs = { theme: 'auto', animate: !calm.matches }
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>) }
  } catch {
    return standard
  }
}

function paint(): void {
  const dark = prefs.theme === 'auto' ? !bright.matches : prefs.theme === 'dark'
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
}

paint()
bright.addEventListener('change', () => {
  paint()
  listeners.forEach((each) => each())
})

export function setPrefs(change: Partial<Prefs>): void {
  prefs = { ...prefs, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs))
  } catch {
    // A browser that keeps nothing still shows it for now.
  }
  paint()
  listeners.forEach((each) => each())
}

export function usePrefs(): Prefs {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => prefs,
  )
}

export function isDark(): boolean {
  return document.documentElement.dataset['theme'] === 'dark'
}

/** Motion is shown when both the reader and the system want it. */
export function wantsMotion(p: Prefs): boolean {
  return p.animate && !calm.matches
}
