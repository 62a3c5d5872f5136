import { useMemo } from 'react'
import { ms, percent, rate } from '../model/format'
import { edgeHealth, type Graph } from '../model/graph'
import { treeOf, type Branch } from '../model/matrix'
import { t } from '../text'
import { HealthMark } from '../ui/kit'

/** The blast radius of one service: who would notice its failure, and what it leans on itself. */
export function TreeView({ graph, root, onRoot }: { graph: Graph; root: string; onRoot: (id: string) => void }) {
  const known = graph.nodes.some((n) => n.id === root)
  const up = useMemo(() => (known ? treeOf(graph, root, 'up') : null), [graph, root, known])
  const down = useMemo(() => (known ? treeOf(graph, root, 'down') : null), [graph, root, known])
  return (
    <div className="tree" tabIndex={0}>
      <label className="field tree-pick">
        {t.map.treeHint}
        <input className="input" list="tree-services" defaultValue={root} key={root} onChange={(e) => graph.nodes.some((n) => n.id === e.target.value) && onRoot(e.target.value)} />
        <datalist id="tree-services">
          {graph.nodes.slice(0, 3000).map((n) => (
            <option key={n.id} value={n.id} />
          ))}
        </datalist>
      </label>
      {up && down && (
        <div className="tree-sides">
          <section>
            <h2>{t.map.treeUp}</h2>
            <Branches branch={up} end="source" onRoot={onRoot} />
          </section>
          <section>
            <h2>{t.map.treeDown}</h2>
            <Branches branch={down} end="destination" onRoot={onRoot} />
          </section>
        </div>
      )}
    </div>
  )
}

function Branches({ branch, end, onRoot }: { branch: Branch; end: 'source' | 'destination'; onRoot: (id: string) => void }) {
  if (branch.children.length === 0) return branch.depth === 0 ? <p className="faint">{t.common.none}</p> : null
  return (
    <ul>
      {branch.children.map((child) => (
        <li key={`${child.id}${child.edge?.id}`}>
          <button type="button" onClick={() => onRoot(child.id)}>
            <HealthMark health={edgeHealth(child.edge!)} text={child.id} />
            <span className="num dim">{rate(child.edge!.rps)}</span>
            <span className="num dim">{ms(child.edge!.p99)}</span>
            {(child.edge!.error ?? 0) > 0.001 && <span className="num bad">{percent(child.edge!.error)}</span>}
            {child.again && <span className="faint">{t.map.again}</span>}
          </button>
          <Branches branch={child} end={end} onRoot={onRoot} />
        </li>
      ))}
    </ul>
  )
}
