import { shownWord } from '@/components/state/shown'
import { StateIcon, StateMark } from '@/components/state/state-mark'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import type { ShownState } from '@/lib/verdict'
import { StaticChart } from './static-chart'

/** Borders and patterns that tell states apart without colour, as on the pyramid. */
const LOOK: Readonly<Partial<Record<ShownState, string>>> = {
  fail: 'border-state/60 bg-surface',
  blocked: 'border-dashed border-line pattern-hatch',
  unknown: 'border-dashed border-state/60 pattern-stripe',
  'not-proved': 'border-dotted border-line',
  'not-applicable': 'border-line-soft',
}

/** Lines of findings per check. */
const MAX_GROUPS = 6

/** A frozen copy. Plain elements only: it is rendered on the server for readers who get no script-driven page. */
export function SnapshotView({ content }: { content: SnapshotContent }) {
  const state = shownWord(content.state)
  const first = content.levels.find((level) => level.shown === 'fail')?.number
  return (
    <article className="flex flex-col gap-4">
      <header>
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="text-[1.3rem] font-semibold tracking-tight">{content.title}</h1>
          {state ? (
            <StateMark state={state} strong>
              {content.state === 'fail' && first ? `Failed at level ${first} of 10` : undefined}
            </StateMark>
          ) : (
            <span className="text-muted">{content.state}</span>
          )}
        </div>
        <p className="mt-1">{content.headline}</p>
        <p className="mt-1 text-xs text-muted">
          Frozen <time dateTime={content.takenAt}>{utc(content.takenAt)}</time>
          {content.readAt && (
            <>
              , read from the node <time dateTime={content.readAt}>{utc(content.readAt)}</time>
            </>
          )}
          {content.masked && '. Names and addresses are pseudonyms'}
        </p>
      </header>
      {content.causes.map((cause) => (
        <section key={cause.title} className="rounded-lg border border-line bg-surface p-4">
          <h2 className="font-semibold">{cause.title}</h2>
          <p className="mt-0.5 text-sm">{cause.summary}</p>
          {cause.fix.length > 0 && (
            <ol className="mt-2 flex list-decimal flex-col gap-1 pl-5 text-sm">
              {cause.fix.map((step) => (
                <li key={step.text}>
                  {step.text}
                  {step.command && (
                    <code className="mt-0.5 block rounded bg-bg px-2 py-1 text-xs whitespace-pre-wrap">
                      {step.command}
                    </code>
                  )}
                </li>
              ))}
            </ol>
          )}
        </section>
      ))}
      {content.levels.length > 0 && (
        <ol className="flex flex-col-reverse items-center gap-[3px]" aria-label="Levels">
          {content.levels.map((level) => {
            const shown = shownWord(level.shown) ?? 'unknown'
            return (
              <li
                key={level.number}
                data-verdict={shown}
                style={{ width: `${100 - (level.number - 1) * 3.4}%` }}
                className={`flex items-center gap-3 rounded-md border px-3 py-1 text-sm max-sm:!w-full ${level.number === first ? 'border-state bg-state-bg font-semibold' : (LOOK[shown] ?? 'border-line bg-surface')}`}
              >
                <span className="w-5 text-right font-mono text-xs text-faint">{level.number}</span>
                <span>{level.title}</span>
                <span className="ml-auto min-w-0 truncate text-right font-normal">
                  <StateMark state={shown}>{level.line || undefined}</StateMark>
                </span>
              </li>
            )
          })}
        </ol>
      )}
      <Checks content={content} />
      {content.facts.length > 0 && (
        <dl className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
          {content.facts.map((fact) => (
            <div key={fact.label} className="contents">
              <dt className="text-muted">{fact.label}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      )}
      {content.rows && content.rows.length > 1 && <StaticChart rows={content.rows} />}
      {content.rows && content.rows.length > 0 && (
        <table className="data-table">
          <caption className="sr-only">Results by message size</caption>
          <thead>
            <tr>
              {['Size, B', 'Time, µs', 'algbw, GB/s', 'busbw, GB/s', 'wrong'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="font-mono">
            {content.rows.map((row) => (
              <tr key={row.sizeBytes}>
                <td>{row.sizeBytes}</td>
                <td>{row.timeUsec ?? '?'}</td>
                <td>{row.algbwGBps ?? '?'}</td>
                <td>{row.busbwGBps ?? '?'}</td>
                <td>{row.wrong ?? '?'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </article>
  )
}

/** Findings that say the same as one line; those that the summary above says already are left out. */
function grouped(check: SnapshotContent['checks'][number]): [string, string[]][] {
  const groups = new Map<string, string[]>()
  for (const { summary, subject } of check.findings) groups.set(summary, [...(groups.get(summary) ?? []), subject])
  return [...groups].filter(([summary]) => !check.summary.includes(summary)).slice(0, MAX_GROUPS)
}

/** A time for people of any zone: the page has no script that could know theirs. */
function utc(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 16).replace('T', ' ')} UTC` : iso
}

function Checks({ content }: { content: SnapshotContent }) {
  const notable = content.checks.filter((check) => check.state !== 'pass' && check.state !== 'skip')
  if (notable.length === 0) return null
  return (
    <section>
      <h2 className="mb-1 font-semibold">Checks that are not OK</h2>
      <ul className="flex flex-col gap-1.5 text-sm">
        {notable.map((check) => {
          const state = shownWord(check.state) ?? 'unknown'
          return (
            <li
              key={check.level + check.title}
              data-verdict={state}
              className="grid grid-cols-[1rem_minmax(0,1fr)] gap-2"
            >
              <span className="mt-0.5 text-state">
                <StateIcon state={state} />
              </span>
              <span>
                <b>{check.title}</b>
                <span className="block text-muted">{check.summary}</span>
                {grouped(check).map(([summary, subjects]) => (
                  <span key={summary} className="block text-xs text-muted">
                    <code>{subjects.slice(0, 3).join(', ')}</code>
                    {subjects.length > 3 ? ` and ${subjects.length - 3} more` : ''}: {summary}
                  </span>
                ))}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
