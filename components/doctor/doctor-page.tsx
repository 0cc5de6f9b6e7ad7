'use client'

import { useQuery } from '@tanstack/react-query'
import { StateIcon } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { CopyButton } from '@/components/ui/copy-button'
import { PageHead } from '@/components/ui/page-head'
import { Panel } from '@/components/ui/panel-state'
import type { DoctorItem } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import type { ShownState } from '@/lib/verdict'
import { SharedList } from './shared-list'

const GROUPS: readonly (readonly [DoctorItem['group'], string])[] = [
  ['kubernetes', 'Kubernetes API'],
  ['ssh', 'SSH to the nodes'],
  ['tools', 'Tools on the nodes'],
  ['runs', 'Benchmark runs'],
  ['store', 'Memory'],
  ['clock', 'Clock'],
  ['security', 'Security'],
]

const SHOWN: Readonly<Record<DoctorItem['state'], ShownState>> = {
  ok: 'pass',
  warn: 'warn',
  fail: 'fail',
  unknown: 'unknown',
  off: 'not-applicable',
}
const WORDS: Readonly<Record<DoctorItem['state'], string>> = {
  ok: 'OK',
  warn: 'Warning',
  fail: 'Missing',
  unknown: 'Unknown',
  off: 'Off',
}

/** Can Cairn see? Each capability, and what is missing as text to copy. */
export function DoctorPage() {
  const query = useQuery(queries.doctor())
  return (
    <div className="max-w-4xl">
      <PageHead
        title="Doctor"
        note={
          query.data && (
            <>
              Can Cairn see? · version {query.data.version} · as of <Time at={query.data.at} />
            </>
          )
        }
      />
      <Panel query={query} what="what Cairn can see" lines={8}>
        {(doctor) => (
          <>
            {GROUPS.map(([group, title]) => {
              const items = doctor.items.filter((item) => item.group === group)
              if (items.length === 0) return null
              return (
                <section key={group} aria-labelledby={`doctor-${group}`} className="panel mb-3">
                  <div className="panel-head">
                    <h2 id={`doctor-${group}`} className="text-base font-semibold">
                      {title}
                    </h2>
                  </div>
                  <ul>
                    {items.map((item) => (
                      <Item key={item.id} item={item} />
                    ))}
                  </ul>
                </section>
              )
            })}
            <SharedList />
            <details className="panel px-3.5 py-2">
              <summary className="min-h-7 font-semibold">Configuration in force, without secrets</summary>
              <pre tabIndex={0} className="raw mt-2 max-h-96 overflow-auto rounded-md p-3">
                {doctor.configuration}
              </pre>
            </details>
          </>
        )}
      </Panel>
    </div>
  )
}

function Item({ item }: { item: DoctorItem }) {
  const state = SHOWN[item.state]
  return (
    <li
      className="grid grid-cols-[1rem_minmax(0,1fr)] gap-2.5 border-b border-line-soft px-3.5 py-2 text-sm last:border-0"
      data-verdict={state}
    >
      <span className="mt-0.5 text-state">
        <StateIcon state={state} />
      </span>
      <div className="min-w-0">
        <p>
          <span className="sr-only">{WORDS[item.state]}: </span>
          <span className="font-medium">{item.title}</span> <span className="text-muted">{item.text}</span>
        </p>
        {item.nodeCount !== undefined && item.nodeCount > 0 && (
          <p className="text-xs text-muted">
            {item.nodeCount} {item.nodeCount === 1 ? 'node' : 'nodes'}
            {item.nodes && item.nodes.length > 0
              ? `: ${item.nodes.join(', ')}${item.nodeCount > item.nodes.length ? ', …' : ''}`
              : ''}
          </p>
        )}
        {item.remedy && (
          <div className="mt-1.5 flex items-start rounded-md border border-line-soft bg-bg p-1">
            <pre className="min-w-0 flex-1 px-2 py-1 text-xs whitespace-pre-wrap">{item.remedy}</pre>
            <CopyButton text={item.remedy} what="Remedy" />
          </div>
        )}
      </div>
    </li>
  )
}
