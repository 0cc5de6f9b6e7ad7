import { byAttention, shownWord, WORD } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import type { SnapshotContent } from '@/lib/contract/snapshots'

type Check = SnapshotContent['checks'][number]

/** Lines of findings per check. */
const MAX_GROUPS = 6

/** What is known of the subject, label by label. */
export function FrozenFacts({ content }: { content: SnapshotContent }) {
  if (content.facts.length === 0) return null
  return (
    <dl className="panel grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-5 px-3.5 py-2.5 text-sm">
      {content.facts.map((fact, index) => {
        const state = shownWord(fact.state)
        return (
          <div key={index} className="contents [&>*]:py-1">
            <dt className="text-muted">{fact.label}</dt>
            <dd className="flex gap-2">
              {state && (
                <span data-verdict={state} className="mt-0.5 text-state">
                  <StateIcon state={state} size={14} />
                  <span className="sr-only">{WORD[state]}: </span>
                </span>
              )}
              {fact.value}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

/** Checks that are not OK, what needs attention first. */
export function FrozenChecks({ content }: { content: SnapshotContent }) {
  const notable = content.checks
    .filter((check) => check.state !== 'pass' && check.state !== 'skip')
    .map((check) => ({ check, state: shownWord(check.state) ?? ('unknown' as const) }))
    .sort((a, b) => byAttention(a.state, b.state))
  if (notable.length === 0) return null
  return (
    <section className="panel" aria-labelledby="frozen-checks">
      <div className="panel-head">
        <h2 id="frozen-checks" className="text-base font-semibold">
          Checks that are not OK
        </h2>
        <span className="text-sm text-muted">{notable.length}</span>
      </div>
      <ul>
        {notable.map(({ check, state }, index) => (
          <li
            key={index}
            data-verdict={state}
            className="grid grid-cols-[1rem_minmax(0,1fr)] gap-2.5 border-b border-line-soft px-3.5 py-2 text-sm last:border-0"
          >
            <span className="mt-0.5 text-state">
              <StateIcon state={state} />
              <span className="sr-only">{WORD[state]}: </span>
            </span>
            <div className="min-w-0">
              <p>
                <b>{check.title}</b> <span className="text-xs whitespace-nowrap text-faint">{check.level}</span>
              </p>
              <p className="max-w-[90ch] text-muted">{check.summary}</p>
              {grouped(check).map(([summary, subjects]) => (
                <p key={summary} className="mt-0.5 text-xs text-muted">
                  <code className="text-text">{subjects.slice(0, 3).join(', ')}</code>
                  {subjects.length > 3 ? ` and ${subjects.length - 3} more` : ''}: {summary}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Findings that say the same as one line; those that the summary above says already are left out. */
function grouped(check: Check): [string, string[]][] {
  const groups = new Map<string, string[]>()
  for (const { summary, subject } of check.findings) groups.set(summary, [...(groups.get(summary) ?? []), subject])
  return [...groups].filter(([summary]) => !check.summary.includes(summary)).slice(0, MAX_GROUPS)
}
