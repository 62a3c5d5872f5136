import type { WhyAnswer } from '../api/types'
import { Link } from '../state/router'
import { t } from '../text'
import { HealthMark } from '../ui/kit'

/** The verdict first, then every step with what decided it. */
export function WhySteps({ answer }: { answer: WhyAnswer }) {
  return (
    <section className="panel">
      <Verdict of={answer.verdict} />
      {answer.now && (
        <div className="why-now dim">
          {t.why.now} <HealthMark health={answer.now.ok ? 'good' : 'bad'} text={answer.now.text} /> {answer.now.code && <code>{answer.now.code}</code>}
        </div>
      )}
      <ol className="steps">
        {answer.steps.map((step, i) => (
          <li key={i} className={step.ok ? '' : 'failed'}>
            <HealthMark health={step.ok ? 'good' : 'bad'} />
            <strong>{t.why.steps[step.name] ?? step.name}</strong>
            <div>
              {step.text}
              <div className="evidence">
                <DecidedBy of={step} />
                {Object.entries(step.evidence).map(([name, value]) => (
                  <span key={name} className="tag num">
                    {name} {typeof value === 'object' ? JSON.stringify(value) : String(value)}
                  </span>
                ))}
              </div>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Verdict({ of }: { of: WhyAnswer['verdict'] }) {
  return (
    <div className="why-verdict">
      <HealthMark health={of.ok ? 'good' : 'bad'} text={<strong>{of.text}</strong>} />
      {of.code && <code className="dim">{of.code}</code>}
    </div>
  )
}

/** The object that decided, with its line and the commit that brought it, as links; one that is in no commit yet has no page. */
export function DecidedBy({ of }: { of: { object?: string | null; file?: string | null; line?: number | null; commit?: number | null } }) {
  return (
    <>
      {of.object && of.file && <span className="tag accent">{`${of.object} · ${of.file}${of.line ? `:${of.line}` : ''}`}</span>}
      {of.object && !of.file && (
        <Link className="tag accent" href={objectHref(of.object, of.line)}>
          {of.object}
          {of.line ? ` · ${t.why.line(of.line)}` : ''}
        </Link>
      )}
      {of.commit != null && (
        <Link className="tag" href={`/config/commits/${of.commit}`}>
          {t.why.commit(of.commit)}
        </Link>
      )}
    </>
  )
}

/** "HTTPRoute shop/cart" leads to its page, at the line that decided. */
export function objectHref(object: string, line?: number | null): string {
  const match = /^(\S+) ([^/]+)\/(\S+)/.exec(object)
  return match ? `/config/${match[1]}/${match[2]}/${match[3]}${line ? `?line=${line}` : ''}` : '/config'
}
