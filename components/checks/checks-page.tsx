'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { parseAsString, useQueryState } from 'nuqs'
import { shownWord } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import { PageHead } from '@/components/ui/page-head'
import { Empty, Panel } from '@/components/ui/panel-state'
import type { CheckInfo } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import { CHECK_LEVELS, levelInfo } from '@/lib/levels'

/** The catalogue: every check, what it needs and how the fleet stands. */
export function ChecksPage() {
  const query = useQuery(queries.checks())
  const [text, setText] = useQueryState('q', parseAsString.withDefault('').withOptions({ history: 'replace' }))
  return (
    <>
      <PageHead title="Checks" note={query.data && `${query.data.checks.length} checks, each with its sources`}>
        <input
          type="search"
          aria-label="Filter checks"
          value={text}
          onChange={(event) => void setText(event.target.value || null)}
          placeholder="Filter by name or fault"
          className="h-8 w-64 rounded-md border border-line bg-bg px-3 text-sm placeholder:text-faint"
        />
      </PageHead>
      <Panel query={query} what="the catalogue" lines={9}>
        {({ checks }) => <Catalogue checks={checks.filter((check) => fits(check, text))} />}
      </Panel>
    </>
  )
}

function fits(check: CheckInfo, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return [check.id, check.title.fail, check.title.pass, ...check.needs, ...check.anyOf].some((word) =>
    word.toLowerCase().includes(wanted),
  )
}

function Catalogue({ checks }: { checks: readonly CheckInfo[] }) {
  if (checks.length === 0) return <Empty title="No check is called that" />
  return CHECK_LEVELS.map((level) => {
    const here = checks.filter((check) => check.level === level)
    const info = levelInfo(level)
    if (here.length === 0) return null
    return (
      <section key={level} aria-labelledby={`level-${level}`} className="panel mb-3 max-w-5xl">
        <div className="panel-head">
          <h2 id={`level-${level}`} className="text-base font-semibold">
            {info.number > 0 && <span className="mr-2 font-mono text-sm font-normal text-faint">{info.number}</span>}
            {info.title}
          </h2>
          <span className="text-sm text-muted">{here.length === 1 ? '1 check' : `${here.length} checks`}</span>
        </div>
        <ul>
          {here.map((check) => (
            <li key={check.id} className="border-b border-line-soft last:border-0">
              <Link
                href={`/checks/${encodeURIComponent(check.id)}`}
                prefetch={false}
                className="grid gap-x-4 px-3.5 py-1.5 no-underline hover:bg-line-soft/50 md:grid-cols-[17rem_minmax(0,1fr)_auto]"
              >
                <code className="text-xs leading-5 text-muted">{check.id}</code>
                <span className="text-sm">{check.title.fail}</span>
                <CountsOf counts={check.counts} />
              </Link>
            </li>
          ))}
        </ul>
      </section>
    )
  })
}

/** How many nodes are in each state of a check that is not OK. */
export function CountsOf({ counts }: { counts: Readonly<Record<string, number>> }) {
  const shown = Object.entries(counts).filter(([state, count]) => count > 0 && state !== 'skip' && state !== 'none')
  return (
    <span className="flex flex-wrap gap-x-3 text-xs tabular-nums">
      {shown.map(([word, count]) => {
        const state = shownWord(word)
        return state ? (
          <StateMark key={word} state={state}>
            {count.toLocaleString('en')} <span className="sr-only">{word}</span>
          </StateMark>
        ) : null
      })}
    </span>
  )
}
