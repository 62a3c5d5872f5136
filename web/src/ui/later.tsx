import { useEffect, useState, type ComponentType } from 'react'
import { t } from '../text'
import { Empty } from './kit'

/** A component whose script is fetched when it is shown first. Suspense would do it too, but it keeps its fallback on the screen for 300 ms, however soon
 * the script is there; and what the component asks the server for would wait with it. */
export function later<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  let known: ComponentType<P> | null = null
  return function Later(props: P) {
    const [Loaded, setLoaded] = useState(() => known)
    useEffect(() => {
      if (Loaded) return
      let stale = false
      load().then(
        (module) => {
          known = module.default
          if (!stale) setLoaded(() => known)
        },
        (fault: unknown) => {
          if (stale) return
          setLoaded(() => {
            throw fault
          })
        },
      )
      return () => {
        stale = true
      }
    }, [Loaded])
    return Loaded ? <Loaded {...props} /> : <Empty>{t.common.loading}</Empty>
  }
}
