import { shownWord, WORD } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { FrozenChecks, FrozenFacts } from './frozen-checks'
import { FrozenExcerpt, FrozenRows, FrozenTables } from './frozen-evidence'
import { FrozenLevels } from './frozen-levels'
import { StaticChart } from './static-chart'

/** A frozen copy. Plain elements only: it is rendered on the server for readers who get no script-driven page. */
export function SnapshotView({ content }: { content: SnapshotContent }) {
  const rows = content.rows ?? []
  const isNode = content.levels.length > 0
  return (
    <article className="@container flex flex-col gap-4">
      <Answer content={content} />
      {isNode ? (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 @3xl:grid-cols-[minmax(0,11fr)_minmax(0,12fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <FrozenLevels content={content} />
            <FrozenFacts content={content} />
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <FrozenTables tables={content.tables} />
            <FrozenExcerpt excerpt={content.excerpt} />
          </div>
        </div>
      ) : (
        <>
          <FrozenTables tables={content.tables} />
          <div
            className={`grid grid-cols-[minmax(0,1fr)] items-start gap-4 ${rows.length > 1 ? '@3xl:grid-cols-[minmax(0,7fr)_minmax(0,4fr)]' : '@3xl:grid-cols-2'}`}
          >
            {rows.length > 1 && <StaticChart rows={rows} expected={content.expected} />}
            {rows.length > 0 ? (
              <div className="flex min-w-0 flex-col gap-4">
                <FrozenFacts content={content} />
                <FrozenExcerpt excerpt={content.excerpt} />
              </div>
            ) : (
              <>
                <FrozenExcerpt excerpt={content.excerpt} />
                <FrozenFacts content={content} />
              </>
            )}
            <FrozenRows rows={rows} />
          </div>
        </>
      )}
      <FrozenChecks content={content} />
    </article>
  )
}

/** Name, state, what is wrong with the values that decided, and the fix beside it. */
function Answer({ content }: { content: SnapshotContent }) {
  const state = shownWord(content.state) ?? 'unknown'
  const fix = content.causes.flatMap((cause) => cause.fix)
  const summaries = content.causes.filter((cause) => cause.summary !== content.headline)
  return (
    <section
      aria-label="What it says"
      data-verdict={state}
      className="rounded-lg border border-l-4 border-state/45 border-l-state bg-surface bg-linear-to-r from-state-bg to-60%"
    >
      <div
        className={`grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-4 px-4 py-4 @3xl:px-5 ${fix.length > 0 ? '@3xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]' : ''}`}
      >
        <div className="min-w-0">
          <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <h1 className="text-[1.4rem] leading-8 font-semibold tracking-tight">{content.title}</h1>
            <StateMark state={state} strong>
              {stateWords(content)}
            </StateMark>
          </div>
          <p className="mt-1.5 max-w-[74ch] text-[1.02rem] leading-snug font-medium">{content.headline}</p>
          {content.values.length > 0 && (
            <dl className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
              {content.values.map((value) => (
                <div key={value.label} className="flex flex-wrap gap-x-2 text-sm">
                  <dt className="font-mono text-xs leading-5 text-muted">{value.label}</dt>
                  <dd>
                    now <b className="font-mono text-state">{value.value}</b>, expected{' '}
                    <b className="font-mono">{value.expected}</b> <span className="text-muted">({value.source})</span>
                  </dd>
                </div>
              ))}
            </dl>
          )}
          {summaries.map((cause) => (
            <p key={cause.title} className="mt-2 max-w-[74ch] text-sm text-muted">
              {content.causes.length > 1 && <b className="text-text">{cause.title}. </b>}
              {cause.summary}
            </p>
          ))}
          {content.expected && (
            <p className="mt-2 max-w-[74ch] text-sm text-muted">
              Expected {band(content.expected)} GB/s: {content.expected.reasoning}
            </p>
          )}
        </div>
        {fix.length > 0 && <Fix steps={fix} />}
      </div>
    </section>
  )
}

function Fix({ steps }: { steps: SnapshotContent['causes'][number]['fix'] }) {
  return (
    <div className="min-w-0 rounded-md border border-line bg-surface px-3.5 py-3">
      <h2 className="text-sm font-semibold">Fix</h2>
      <ol className="mt-1.5 flex flex-col gap-2.5 text-sm">
        {steps.map((step, index) => (
          <li key={index} className="grid grid-cols-[1.1rem_minmax(0,1fr)] gap-x-1.5">
            <span className="font-mono text-xs leading-5 text-faint">{index + 1}</span>
            <div className="min-w-0">
              {step.text}
              {step.risk !== 'none' && (
                <span className="ml-2 text-xs whitespace-nowrap text-warn">{step.risk.replaceAll('-', ' ')}</span>
              )}
              {step.command && (
                <code className="mt-1 block rounded-md border border-line-soft bg-bg px-2.5 py-1.5 text-xs whitespace-pre-wrap">
                  {step.command}
                </code>
              )}
            </div>
          </li>
        ))}
      </ol>
    </div>
  )
}

function stateWords(content: SnapshotContent): string {
  const state = shownWord(content.state)
  const first = content.levels.find((level) => level.shown === 'fail')
  if (content.kind === 'node' && content.state === 'fail' && first) return `Failed at level ${first.number} of 10`
  if (content.kind === 'run' && state === 'pass') return 'As expected'
  if (content.kind === 'run' && state === 'warn') return 'Below expected'
  const nodes = content.kind === 'cause' ? content.facts.find((fact) => fact.label === 'Nodes')?.value : undefined
  if (nodes !== undefined) return nodes === '1' ? '1 node' : `${nodes} nodes`
  return state ? WORD[state] : content.state
}

function band({ low, high }: { low: number; high: number }): string {
  return low === high ? String(low) : `${low}–${high}`
}
