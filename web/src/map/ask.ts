import type { Query } from '../api/client'
import { askAhead } from '../api/hooks'
import type { TopologyColumns } from '../api/types'
import { readMap, type MapState } from '../model/url'

// What the map is asked for, known without the map's own script.

export const MAP_PATH = '/v1/topology/columns'

/** Of which time and namespace the map is. */
export function mapQuery(state: MapState): Query {
  return { window: state.window, at: state.at || undefined, namespace: state.namespace || undefined }
}

/** Asks for the map that the address names, while the script that draws it is still on its way. */
export function askMapAhead(): void {
  askAhead(MAP_PATH, mapQuery(readMap(new URLSearchParams(location.search))), { large: true })
}

/** How often the map is asked for again: a large answer costs both sides more than a small one. */
export function everyOf(last: TopologyColumns | undefined): number {
  const size = last?.edges.source.length ?? 0
  return size > 4000 ? 15_000 : size > 800 ? 5000 : 2000
}
