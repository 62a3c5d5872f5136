import { useMemo, useState } from 'react'
import { nameOf, percent, rate } from '../model/format'
import { edgeHealth, type Graph } from '../model/graph'
import { matrixOf } from '../model/matrix'
import { t } from '../text'

const CELL = 28

/** Who calls whom as a table of colours: for meshes whose graph would be a ball of wool. */
export function MatrixView({ graph, selected, onSelect, onOpen }: { graph: Graph; selected: string; onSelect: (id: string) => void; onOpen: (id: string) => void }) {
  const namespaces = useMemo(() => new Set(graph.nodes.map((n) => n.namespace)).size, [graph])
  const [inside, setInside] = useState<{ row: string; column: string } | null>(null)
  const single = namespaces <= 2 && graph.nodes.length <= 60
  const byService = inside ?? (single ? { row: '', column: '' } : null)
  const matrix = useMemo(() => (byService && single ? matrixOf(onlyServices(graph), '\u0000', '\u0000') : matrixOf(graph, byService?.row ?? '', byService?.column ?? '')), [graph, byService, single])
  const top = Math.max(1e-9, ...[...matrix.cells.values()].map((c) => Math.log2(1 + c.rps)))
  return (
    <div className="matrix" tabIndex={0}>
      <p className="dim">
        {t.map.matrixHint} {matrix.left > 0 && <span className="faint num">{t.map.matrixLeft(matrix.left)}</span>}{' '}
        {inside && (
          <button type="button" className="button small" onClick={() => setInside(null)}>
            {t.map.back}
          </button>
        )}
      </p>
      <table aria-label={t.map.views.matrix} style={{ width: 150 + matrix.columns.length * CELL }}>
        <thead>
          <tr>
            <td />
            {matrix.columns.map((column) => (
              <th key={column} scope="col">
                <span>{nameOf(column)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((row) => (
            <tr key={row}>
              <th scope="row">
                <span title={row}>{nameOf(row)}</span>
              </th>
              {matrix.columns.map((column) => {
                const id = `${row}>${column}`
                const cell = matrix.cells.get(id)
                if (!cell) return <td key={column} className={row === column ? 'self' : ''} />
                const health = edgeHealth(cell)
                const title = `${row} → ${column}: ${rate(cell.rps)}${cell.error ? `, ${percent(cell.error)} errors` : ''}${cell.members > 1 ? `, ${cell.members} edges` : ''}`
                return (
                  <td key={column}>
                    <button type="button" className={`cell ${health} ${selected === id ? 'selected' : ''} ${cell.mutualTls < 1 ? 'plain' : ''}`} title={title} aria-label={title} style={{ opacity: 0.25 + 0.75 * (Math.log2(1 + cell.rps) / top) }}
                      onClick={() => (byService ? onSelect(id) : setInside({ row, column }))} onDoubleClick={() => byService && onOpen(column)} />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** One group for all, so that the matrix of it is the matrix of services. */
function onlyServices(graph: Graph): Graph {
  return { nodes: graph.nodes.map((n) => ({ ...n, namespace: '\u0000' })), edges: graph.edges }
}
