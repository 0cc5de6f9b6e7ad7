'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { shownWord } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import { PageHead } from '@/components/ui/page-head'
import { Empty, Panel } from '@/components/ui/panel-state'
import { SourceRef } from '@/components/ui/source-ref'
import type { CheckInfo } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import { levelInfo } from '@/lib/levels'
import { CountsOf } from './checks-page'

/** One check: what it says, why, what it needs, its examples and sources. */
export function CheckPage({ id }: { id: string }) {
  const query = useQuery(queries.checks())
  return (
    <Panel query={query} heading="Check" what="the check">
      {({ checks }) => {
        const check = checks.find((entry) => entry.id === id)
        return check ? (
          <Loaded check={check} />
        ) : (
          <Empty
            title={`There is no check called “${id}”`}
            action={
              <Link href="/checks" className="link">
                All checks
              </Link>
            }
          />
        )
      }}
    </Panel>
  )
}

function Loaded({ check }: { check: CheckInfo }) {
  const level = levelInfo(check.level)
  const better = check.wants.filter((fact) => !check.anyOf.includes(fact))
  return (
    <div className="max-w-4xl">
      <PageHead
        title={check.title.fail}
        up={{ href: '/checks', title: 'Checks' }}
        note={<code className="text-xs">{check.id}</code>}
      />
      <div className="panel">
        <dl className="grid gap-x-5 gap-y-2.5 px-4 py-4 text-sm sm:grid-cols-[9rem_minmax(0,1fr)]">
          <Row title="Level">
            {level.number > 0 ? `${level.number} ` : ''}
            {level.title}
            {check.scope === 'cluster' ? ', judged once for the cluster' : ', judged per node'}
          </Row>
          <Row title="When fine">{check.title.pass}</Row>
          <Row title="Why it matters">{check.why}</Row>
          <Row title="Nodes now">
            {Object.keys(check.counts).length > 0 ? <CountsOf counts={check.counts} /> : 'not judged yet'}
          </Row>
          {(check.needs.length > 0 || check.anyOf.length === 0) && (
            <Row title="Needs">{check.needs.length > 0 ? <Codes values={check.needs} /> : 'nothing'}</Row>
          )}
          {check.anyOf.length > 0 && (
            <Row title={check.needs.length > 0 ? 'and at least one of' : 'Needs at least one of'}>
              <Codes values={check.anyOf} />
            </Row>
          )}
          {better.length > 0 && (
            <Row title="Better with">
              <Codes values={better} />
            </Row>
          )}
          {check.after.length > 0 && (
            <Row title="Waits for">
              {check.after.map((id, index) => (
                <span key={id}>
                  {index > 0 && ', '}
                  <Link href={`/checks/${encodeURIComponent(id)}`} prefetch={false} className="link font-mono text-xs">
                    {id}
                  </Link>
                </span>
              ))}
            </Row>
          )}
          <Row title="Sources">
            <ul className="list-disc pl-4">
              {check.refs.map((ref) => (
                <li key={ref}>
                  <SourceRef text={ref} />
                </li>
              ))}
            </ul>
          </Row>
        </dl>
        <section aria-labelledby="examples" className="border-t border-line-soft px-4 py-3">
          <h2 id="examples" className="mb-1.5 text-sm font-semibold">
            Examples, tested with every build
          </h2>
          <ul className="flex flex-col gap-1.5 text-sm">
            {check.examples.map((example) => {
              const state = shownWord(example.status === 'lacking' ? 'unknown' : example.status) ?? 'unknown'
              return (
                <li key={example.name} className="grid gap-x-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
                  <StateMark state={state} />
                  <span>
                    {example.name}
                    <span className="block text-xs text-muted">{example.summary}</span>
                  </span>
                </li>
              )
            })}
          </ul>
        </section>
      </div>
    </div>
  )
}

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{title}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Codes({ values }: { values: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      {values.map((value) => (
        <code key={value} className="rounded border border-line-soft px-1.5 text-xs text-muted">
          {value}
        </code>
      ))}
    </span>
  )
}
