import { t } from '../text'
import { Panel } from '../ui/kit'

export default function Help() {
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t.help.title}</h1>
      </div>
      <div className="grid grid-2">
        <Panel title={t.help.keys}>
          <table className="help-table">
            <tbody>
              {t.help.rows.map(([keys, what]) => (
                <tr key={keys}>
                  <td>{keys.split(' ').map((k) => <kbd key={k}>{k}</kbd>)}</td>
                  <td>{what}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
        <Panel title={t.help.words} cli="weft help topics">
          <dl className="pairs">
            {t.help.glossary.map(([word, meaning]) => (
              <div key={word} style={{ display: 'contents' }}>
                <dt>{word}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <p className="faint">{t.help.cli}</p>
        </Panel>
      </div>
    </div>
  )
}
