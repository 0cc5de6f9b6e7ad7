'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { byName } from '@/components/fleet/group'
import { StateMark } from '@/components/state/state-mark'
import { Panel } from '@/components/ui/panel-state'
import { queries } from '@/lib/contract/queries'
import type { PlanResponse } from '@/lib/contract/runs'

/** Rows shown without a filter: nobody scrolls through 2,000 nodes for two. */
const SHOWN = 40

export interface NodePickerProps {
  chosen: readonly string[]
  onChange(nodes: string[]): void
  candidates: PlanResponse['candidates']
}

/** Chooses the nodes of a run; says for each why it can or cannot take part. */
export function NodePicker({ chosen, onChange, candidates }: NodePickerProps) {
  const fleet = useQuery(queries.fleet())
  const [text, setText] = useState('')
  const about = new Map(candidates.map((candidate) => [candidate.node, candidate]))
  return (
    <section aria-labelledby="run-nodes" className="panel">
      <div className="panel-head">
        <h2 id="run-nodes" className="text-base font-semibold">
          Nodes
        </h2>
        <span className="text-sm text-muted">{chosen.length} chosen</span>
        <span className="flex-1" />
        <input
          type="search"
          aria-label="Find nodes"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="Find"
          className="h-7 w-36 rounded-md border border-line bg-bg px-2.5 text-sm placeholder:text-faint"
        />
      </div>
      <Panel query={fleet} what="nodes">
        {({ nodes }) => {
          const fits = nodes.filter((node) => node.name.toLowerCase().includes(text.trim().toLowerCase()))
          const order = fits.sort(
            (a, b) =>
              Number(chosen.includes(b.name)) - Number(chosen.includes(a.name)) ||
              Number(a.state === 'fail') - Number(b.state === 'fail') ||
              byName(a.name, b.name),
          )
          return (
            <ul tabIndex={0} aria-label="Nodes to choose from" className="max-h-64 overflow-y-auto lg:max-h-[52vh]">
              {order.slice(0, SHOWN).map((node) => {
                const candidate = about.get(node.name)
                const on = chosen.includes(node.name)
                return (
                  <li key={node.name} className="border-b border-line-soft last:border-0">
                    <label className="grid min-h-8 cursor-pointer grid-cols-[1.1rem_minmax(0,1fr)_auto] items-center gap-x-2.5 px-3.5 py-1 text-sm hover:bg-line-soft/50">
                      <input
                        type="checkbox"
                        checked={on}
                        onChange={() =>
                          onChange(on ? chosen.filter((name) => name !== node.name) : [...chosen, node.name])
                        }
                        className="size-4 accent-accent"
                      />
                      <span className="font-medium">{node.name}</span>
                      <StateMark state={node.state} />
                      {candidate && (
                        <span
                          className={`col-span-2 col-start-2 text-xs ${candidate.eligible ? 'text-muted' : 'text-warn'}`}
                        >
                          {candidate.reason}
                          {!candidate.eligible && candidate.gpusFree !== null && candidate.gpusTotal !== null
                            ? ` · ${candidate.gpusFree} of ${candidate.gpusTotal} GPUs free`
                            : ''}
                        </span>
                      )}
                    </label>
                  </li>
                )
              })}
              {order.length > SHOWN && (
                <li className="px-3.5 py-2 text-xs text-muted">
                  and {order.length - SHOWN} more: type a part of the name
                </li>
              )}
              {order.length === 0 && <li className="px-3.5 py-3 text-sm text-muted">No node is called that.</li>}
            </ul>
          )
        }}
      </Panel>
    </section>
  )
}
